// Tokens as the walker and the cursor read them. Private to this room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "json/byte_search.h"
#include "json/structural_index.h"

namespace trailwarden::json {

// What the first byte of a token says.
enum class TokenClass : std::uint8_t { Scalar, Open, Close, Separator };

inline constexpr std::array<TokenClass, 256> kTokenClasses = [] {
  std::array<TokenClass, 256> classes{};
  classes[std::size_t{'{'}] = classes[std::size_t{'['}] = TokenClass::Open;
  classes[std::size_t{'}'}] = classes[std::size_t{']'}] = TokenClass::Close;
  classes[std::size_t{':'}] = classes[std::size_t{','}] = TokenClass::Separator;
  return classes;
}();

// An unchecked view of one index: token numbers must be below count(), except where said.
class TokenReader {
 public:
  explicit TokenReader(const StructuralIndex& index)
      : index_(&index),
        text_(index.text().data()),
        tokens_(index.tokens().data()),
        count_(static_cast<std::uint32_t>(index.tokens().size())) {}

  std::uint32_t count() const { return count_; }
  // Also of the token number count(): the text's size.
  std::uint32_t offset(std::uint32_t token) const { return tokens_[token]; }
  char byte(std::uint32_t token) const { return text_[tokens_[token]]; }
  TokenClass token_class(std::uint32_t token) const {
    return kTokenClasses[static_cast<unsigned char>(byte(token))];
  }
  std::string_view between(std::uint32_t begin, std::uint32_t end) const {
    return {text_ + begin, end - begin};
  }

  // What stands between the quotes of the string at `token`, which must be closed. Between it and
  // the next token there is nothing but white space, so the closing quote is found from there.
  std::string_view quoted(std::uint32_t token) const {
    std::uint32_t end = tokens_[token + 1] - 1;
    while (text_[end] != '"') --end;
    return between(tokens_[token] + 1, end);
  }

  // The text of the number or literal at `token`.
  std::string_view plain(std::uint32_t token) const {
    std::uint32_t end = tokens_[token + 1];
    while (is_white(text_[end - 1])) --end;
    return between(tokens_[token], end);
  }

  // The token behind the bracket that closes the object or array at `token`; count() + 1 if the
  // text ends before. Brackets are counted, not paired: see closes().
  std::uint32_t behind_container(std::uint32_t token) const {
    static constexpr std::array<std::int8_t, 256> kStep = [] {
      std::array<std::int8_t, 256> steps{};
      steps[std::size_t{'{'}] = steps[std::size_t{'['}] = 1;
      steps[std::size_t{'}'}] = steps[std::size_t{']'}] = -1;
      return steps;
    }();
    std::int32_t depth = 1;
    while (++token < count_) {
      depth += kStep[static_cast<unsigned char>(byte(token))];
      if (depth == 0) return token + 1;
    }
    return count_ + 1;
  }

  // Whether the bracket at `closing` is of the kind that opened at `token`: of what counting
  // skipped, this is all that gets compared.
  bool closes(std::uint32_t closing, std::uint32_t token) const {
    static_assert('}' == '{' + 2 && ']' == '[' + 2);
    return byte(closing) == byte(token) + 2;
  }

  // Whether the string at `token`, `raw` between its quotes, holds a backslash.
  bool has_backslash(std::uint32_t token, std::string_view raw) const {
    const std::uint32_t first = tokens_[token];
    return index_->may_have_backslash(first, first + static_cast<std::uint32_t>(raw.size())) &&
           contains_either(raw, '\\', '\\');
  }

 private:
  static bool is_white(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
  }

  const StructuralIndex* index_;
  const char* text_;
  const std::uint32_t* tokens_;
  std::uint32_t count_;
};

}  // namespace trailwarden::json
