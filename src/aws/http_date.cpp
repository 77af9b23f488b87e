#include "aws/http_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace trailwarden::aws {
namespace {

// Digits [from, from + count) of `text` as a number; nothing if they are no digits.
std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
  int number = 0;
  const char* const end = text.data() + from + count;
  const auto [stop, error] = std::from_chars(text.data() + from, end, number);
  if (error != std::errc{} || stop != end || text[from] == '-') return std::nullopt;
  return number;
}

std::optional<unsigned> month_number(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::find(kMonths.begin(), kMonths.end(), name);
  if (found == kMonths.end()) return std::nullopt;
  return static_cast<unsigned>(found - kMonths.begin()) + 1;
}

}  // namespace

std::optional<SystemTime> parse_http_date(std::string_view text) {
  constexpr std::string_view kShape = "Sun, 06 Nov 1994 08:49:37 GMT";
  if (text.size() != kShape.size() || text.substr(25) != " GMT" || text[19] != ':' ||
      text[22] != ':') {
    return std::nullopt;
  }
  const auto day = digits(text, 5, 2), year = digits(text, 12, 4), hour = digits(text, 17, 2),
             minute = digits(text, 20, 2), second = digits(text, 23, 2);
  const auto month = month_number(text.substr(8, 3));
  if (!day || !month || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  const bool is_countable = *year >= 1970 && *year < 2262;  // In nanoseconds of 64 bits.
  if (!date.ok() || !is_countable || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace trailwarden::aws
