// Writes the C++ source that holds the tables of words that speak to language models.
//
//   make_lexicon OUTPUT.cpp
//
// Part of the build: src/injection/CMakeLists.txt runs it.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "injection/lexicon_tables.h"
#include "injection/terms.h"

namespace {

using namespace trailwarden::injection;  // NOLINT(google-build-using-namespace): a tool of its own
using Map = std::map<std::string, std::uint64_t>;

// As a literal of C++: what is no ASCII letter or digit as an octal number.
std::string quoted(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ';
    std::array<char, 5> number{};
    std::snprintf(number.data(), number.size(), "\\%03o", static_cast<unsigned>(byte));
    literal += is_plain ? std::string(1, c) : std::string(number.data());
  }
  return literal + "\"";
}

std::vector<TermTable::Slot> slots_of(const Map& map) {
  std::vector<TermTable::Slot> slots(std::bit_ceil(map.size() * 2 + 1));
  for (const auto& [text, value] : map) {
    std::uint64_t at = trailwarden::hash64(text);
    while (!slots[at & (slots.size() - 1)].text.empty()) ++at;
    slots[at & (slots.size() - 1)] = {text, value};
  }
  return slots;
}

std::string table(std::string_view name, const Map& map) {
  std::string source = "constexpr TermTable::Slot " + std::string(name) + "[] = {\n";
  for (const TermTable::Slot& slot : slots_of(map)) {
    if (slot.text.empty()) {
      source += "{},";
      continue;
    }
    source += "\n{{" + quoted(slot.text) + ", " + std::to_string(slot.text.size()) + "}, " +
              std::to_string(slot.value) + "u},";
  }
  return source + "};\n";
}

std::string pairs(const TermMaps& maps) {
  std::vector<std::uint8_t> by_pair(std::size_t{1} << 16);
  for (const auto& [text, meanings] : maps.glued) {
    std::uint8_t& longest = by_pair[pair_of(text)];
    longest = std::max(longest, static_cast<std::uint8_t>(std::min(text.size(), kTermBytesMax)));
  }
  for (const auto& [text, meanings] : maps.prefixes) by_pair[pair_of(text)] |= kBeginsPrefix;
  std::string source = "constexpr std::uint8_t kByPair[] = {";
  for (std::size_t i = 0; i < by_pair.size(); ++i) {
    if (i % 32 == 0) source += '\n';
    source += std::to_string(by_pair[i]) + ",";
  }
  return source + "};\n";
}

std::string source_of(const TermMaps& maps) {
  return R"(#include "injection/lexicon_tables.h"

namespace trailwarden::injection {
namespace {
)" + table("kExact", maps.exact) +
         table("kPrefixes", maps.prefixes) + table("kGlued", maps.glued) +
         table("kFirstWords", maps.first_words) + pairs(maps) + R"(
constexpr LexiconTables kTables{TermTable(kExact), TermTable(kPrefixes), TermTable(kGlued),
                                TermTable(kFirstWords), kByPair};
}  // namespace

const LexiconTables& lexicon_tables() { return kTables; }

}  // namespace trailwarden::injection
)";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_lexicon OUTPUT.cpp\n");
    return 2;
  }
  std::ofstream file(argv[1], std::ios::binary);
  file << source_of(read_terms());
  file.close();
  if (!file) {
    std::fprintf(stderr, "%s: cannot be written\n", argv[1]);
    return 1;
  }
  return 0;
}
