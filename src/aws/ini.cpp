#include "aws/ini.h"

#include <algorithm>

#include "base/ascii.h"

namespace trailwarden::aws {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// botocore keeps what looks like a comment behind a value, the other SDKs drop it. No value but a
// command line has a reason to hold one.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i) {
    const bool after_blank = value[i - 1] == ' ' || value[i - 1] == '\t';
    if (after_blank && (value[i] == '#' || value[i] == ';')) return trim(value.substr(0, i));
  }
  return value;
}

struct Property {
  std::string name;
  std::string_view value;
};

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  Result<void> read(std::string_view line) {
    ++number_;
    const std::string_view text = trim(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') return {};
    if (text.front() == '[') return open_section(text);
    if (section_ == nullptr) return fault("expected a [section] before the first property");
    const std::size_t indent = line.find_first_not_of(kBlanks);
    if (last_ != nullptr && indent > indent_) return go_on(text);
    const Property property = TW_TRY(split(text));
    indent_ = indent;
    name_ = property.name;
    last_ = &((*section_)[name_] = property.value);
    return {};
  }

  IniFile take() && { return std::move(file_); }

 private:
  Result<void> open_section(std::string_view text) {
    const std::size_t close = text.find(']');
    if (close == text.npos) return fault("a [section] lacks its ]");
    section_ = &file_[std::string(trim(text.substr(1, close - 1)))];
    last_ = nullptr;
    return {};
  }

  // A line under a property: one of its sub-properties, or more of its value.
  Result<void> go_on(std::string_view text) {
    if (!last_->empty()) {
      last_->append("\n").append(text);
      return {};
    }
    const Property property = TW_TRY(split(text));
    (*section_)[name_ + "." + property.name] = property.value;
    return {};
  }

  Result<Property> split(std::string_view text) const {
    const std::size_t mark = text.find_first_of("=:");
    if (mark == text.npos || mark == 0) return fault("expected name = value");
    Property property{ascii_lower(trim(text.substr(0, mark))), trim(text.substr(mark + 1))};
    if (property.name != "credential_process") property.value = without_comment(property.value);
    return property;
  }

  tl::unexpected<Error> fault(std::string message) const {
    return fail(ErrorCode::Syntax, std::move(message), path_ + ":" + std::to_string(number_));
  }

  const std::string& path_;
  IniFile file_;
  IniSection* section_ = nullptr;
  std::string name_;             // Of the property read last,
  std::string* last_ = nullptr;  // its value,
  std::size_t indent_ = 0;       // and how far it was indented.
  std::size_t number_ = 0;
};

}  // namespace

Result<IniFile> parse_ini(std::string_view text, const std::string& path) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // A byte order mark.
  Reader reader(path);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    TW_TRY(reader.read(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return std::move(reader).take();
}

}  // namespace trailwarden::aws
