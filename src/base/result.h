// Errors as values. `Result` carries what the world refused (a file, a rule, a page of JSON);
// bugs are assertions, and a damaged record inside a log is data, counted by its reader.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace trailwarden {

enum class ErrorCode : std::uint8_t { Io, Decode, Syntax, Unsupported, LimitExceeded, Usage };

struct Error {
  ErrorCode code;
  std::string message;  // One clause, no full stop: outer layers put theirs in front.
  std::string where;    // "rules/iam.yml:14:7", a path with a byte offset, or empty.
};

// The error as one line for a person: "where: message", or the message alone.
inline std::string to_string(const Error& error) {
  return error.where.empty() ? error.message : error.where + ": " + error.message;
}

// A value or an Error. Never ignored: tl::expected alone is not [[nodiscard]].
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  Result(tl::expected<T, Error> other)  // NOLINT(google-explicit-constructor): the same value
      : tl::expected<T, Error>(std::move(other)) {}

  // Moves the value out; call only when there is one.
  T take() && {
    if constexpr (!std::is_void_v<T>) return *std::move(*this);
  }
};

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string where = {}) {
  return tl::unexpected(Error{code, std::move(message), std::move(where)});
}

}  // namespace trailwarden

// Yields the value, or returns the error to our caller. The only macro that hides control flow.
// Not within braces behind other members ({a, TW_TRY(b)}): what was built of them would leak.
#define TW_TRY(expression)                                               \
  __extension__({                                                        \
    auto tw_result = (expression);                                       \
    if (!tw_result) return tl::unexpected(std::move(tw_result).error()); \
    std::move(tw_result).take();                                         \
  })
