// Any bytes are a config file or an error with its line; no property is lost or made up: what was
// read, written out plainly and read again, is the same.
#include <cstddef>
#include <cstdint>

#include "aws/ini.h"

using trailwarden::aws::IniFile;
using trailwarden::aws::parse_ini;

namespace {

// Only what the dialect can express in plain lines: a value of one line without comment marks.
bool is_plain(std::string_view text) { return text.find_first_of("\n#;") == text.npos; }

std::string written(const IniFile& file) {
  std::string text;
  for (const auto& [section, values] : file) {
    text += "[" + section + "]\n";
    for (const auto& [name, value] : values) {
      if (is_plain(name) && is_plain(value)) text += name + " = " + value + "\n";
    }
  }
  return text;
}

std::size_t plain_values(const IniFile& file) {
  std::size_t count = 0;
  for (const auto& [section, values] : file) {
    for (const auto& [name, value] : values) count += is_plain(name) && is_plain(value) ? 1 : 0;
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto file = parse_ini(text, "config");
  if (!file) {
    if (!file.error().where.starts_with("config:")) __builtin_trap();
    return 0;
  }
  const auto again = parse_ini(written(*file), "config");
  if (!again || again->size() != file->size()) __builtin_trap();
  if (plain_values(*again) != plain_values(*file)) __builtin_trap();
  return 0;
}
