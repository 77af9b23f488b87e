#include "pattern/json_document.h"

#include <algorithm>
#include <utility>

#include "json/utf8.h"
#include "json/walker.h"

namespace trailwarden::pattern {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<JsonValue> parse() {
    JsonValue value = TW_TRY(parse_value(0));
    skip_space();
    if (!at_end()) return wrong("text behind the pattern's end");
    return value;
  }

 private:
  Result<JsonValue> parse_value(std::size_t depth);
  Result<void> parse_object(JsonValue& object, std::size_t depth);
  Result<void> parse_array(JsonValue& array, std::size_t depth);
  Result<std::string> parse_string();
  Result<void> check_escape();
  Result<std::string> parse_number();

  bool at_end() const { return at_ == text_.size(); }
  char next() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  std::size_t take_digits() {
    const std::size_t begin = at_;
    while (is_digit(next())) ++at_;
    return at_ - begin;
  }
  void skip_space() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') ++at_;
  }
  tl::unexpected<Error> wrong(std::string message) const {
    return fail_at(text_, at_, at_end() ? "the text ends too early" : std::move(message));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Result<JsonValue> Parser::parse_value(std::size_t depth) {
  if (depth > kDepthMax) return wrong("more than 200 nested objects and arrays");
  skip_space();
  JsonValue value;
  value.offset = at_;
  if (take('{')) {
    value.kind = JsonValue::Kind::Object;
    TW_TRY(parse_object(value, depth));
  } else if (take('[')) {
    value.kind = JsonValue::Kind::Array;
    TW_TRY(parse_array(value, depth));
  } else if (next() == '"') {
    value.kind = JsonValue::Kind::String;
    value.text = TW_TRY(parse_string());
  } else if (next() == '-' || is_digit(next())) {
    value.kind = JsonValue::Kind::Number;
    value.text = TW_TRY(parse_number());
  } else if (take_word("true")) {
    value.kind = JsonValue::Kind::True;
  } else if (take_word("false")) {
    value.kind = JsonValue::Kind::False;
  } else if (!take_word("null")) {
    return wrong("expected a JSON value");
  }
  return value;
}

Result<void> Parser::parse_object(JsonValue& object, std::size_t depth) {
  skip_space();
  if (take('}')) return {};
  do {
    skip_space();
    JsonMember member;
    member.offset = at_;
    if (next() != '"') return wrong("expected a name in double quotes");
    member.name = TW_TRY(parse_string());
    skip_space();
    if (!take(':')) return wrong("expected ':' behind the name");
    member.value = TW_TRY(parse_value(depth + 1));
    object.members.push_back(std::move(member));
    skip_space();
  } while (take(','));
  if (!take('}')) return wrong("expected ',' or '}'");
  return {};
}

Result<void> Parser::parse_array(JsonValue& array, std::size_t depth) {
  skip_space();
  if (take(']')) return {};
  do {
    array.items.push_back(TW_TRY(parse_value(depth + 1)));
    skip_space();
  } while (take(','));
  if (!take(']')) return wrong("expected ',' or ']'");
  return {};
}

Result<std::string> Parser::parse_string() {
  const std::size_t begin = ++at_;
  while (next() != '"') {
    if (at_end()) return wrong("");
    if (static_cast<unsigned char>(next()) < 0x20) return wrong("control character in a string");
    if (take('\\')) {
      TW_TRY(check_escape());
    } else {
      const std::size_t size = json::utf8_sequence(text_.data() + at_, text_.data() + text_.size());
      if (size == 0) return wrong("bytes that are not UTF-8");
      at_ += size;
    }
  }
  std::string decoded;
  json::unescape(text_.substr(begin, at_ - begin), decoded);
  ++at_;
  return decoded;
}

// Steps over an escape behind its backslash.
Result<void> Parser::check_escape() {
  constexpr std::string_view kSimple = "\"\\/bfnrt";
  if (take('u')) {
    for (int i = 0; i < 4; ++i) {
      if (!is_hex(next())) return wrong("expected four hexadecimal digits behind \\u");
      ++at_;
    }
    return {};
  }
  if (at_end() || kSimple.find(next()) == kSimple.npos) return wrong("unknown escape");
  ++at_;
  return {};
}

Result<std::string> Parser::parse_number() {
  const std::size_t begin = at_;
  take('-');
  const bool zero = next() == '0';
  const std::size_t digits = take_digits();
  if (digits == 0 || (zero && digits > 1)) return wrong("not a JSON number");
  if (take('.') && take_digits() == 0) return wrong("expected a digit behind '.'");
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (take_digits() == 0) return wrong("expected a digit in the exponent");
  }
  return std::string(text_.substr(begin, at_ - begin));
}

}  // namespace

tl::unexpected<Error> fail_at(std::string_view text, std::size_t offset, std::string message) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0.
  return fail(ErrorCode::Syntax, std::move(message),
              std::to_string(line) + ":" + std::to_string(offset - line_begin + 1));
}

Result<JsonValue> parse_json(std::string_view text) { return Parser(text).parse(); }

}  // namespace trailwarden::pattern
