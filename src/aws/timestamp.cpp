#include "aws/timestamp.h"

#include <algorithm>

#include "base/utc_time.h"

namespace trailwarden::aws {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes exactly `count` digits off the front of `text`; -1: they are not there.
int take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count ||
      !std::all_of(text.begin(), text.begin() + static_cast<long>(count), is_digit)) {
    return -1;
  }
  int number = 0;
  for (const char c : text.substr(0, count)) number = number * 10 + (c - '0');
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, std::string_view chars) {
  if (text.empty() || chars.find(text.front()) == chars.npos) return false;
  text.remove_prefix(1);
  return true;
}

// What the zone at the end of a time is ahead of UTC. Nothing: no zone, or one unknown.
std::optional<std::chrono::minutes> read_zone(std::string_view zone) {
  if (zone == "Z" || zone == "z" || zone == "UTC") return std::chrono::minutes{0};
  const int sign = zone.starts_with('-') ? -1 : 1;
  if (!take(zone, "+-")) return std::nullopt;
  const int hours = take_number(zone, 2);
  take(zone, ":");
  const int minutes = take_number(zone, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || !zone.empty()) return std::nullopt;
  return std::chrono::minutes{sign * (hours * 60 + minutes)};
}

}  // namespace

std::string amz_date(SystemTime time) {
  std::string text =
      format_utc(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

SystemTime at_unix_seconds(std::int64_t seconds) {
  constexpr std::int64_t kFarthest = 9'200'000'000;
  return SystemTime{std::chrono::seconds{std::clamp(seconds, -kFarthest, kFarthest)}};
}

std::optional<SystemTime> parse_iso8601(std::string_view text) {
  const int year = take_number(text, 4);
  if (year < 0 || !take(text, "-")) return std::nullopt;
  const int month = take_number(text, 2);
  if (month < 0 || !take(text, "-")) return std::nullopt;
  const int day = take_number(text, 2);
  if (day < 0 || !take(text, "Tt ")) return std::nullopt;
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ":")) return std::nullopt;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ":")) return std::nullopt;
  const int second = take_number(text, 2);
  if (second < 0 || second > 60) return std::nullopt;
  // Keys' lifetimes are counted in seconds; a fraction says nothing.
  if (take(text, ".,")) {
    if (take_number(text, 1) < 0) return std::nullopt;
    while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
  }
  const auto zone = read_zone(text);
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!zone || !date.ok()) return std::nullopt;
  const std::chrono::sys_seconds time = std::chrono::sys_days{date} + std::chrono::hours{hour} +
                                        std::chrono::minutes{minute} +
                                        std::chrono::seconds{second} - *zone;
  // SystemTime counts nanoseconds and ends in 2262; some services write 9999 for "never".
  return std::clamp(time, std::chrono::ceil<std::chrono::seconds>(SystemTime::min()),
                    std::chrono::floor<std::chrono::seconds>(SystemTime::max()));
}

}  // namespace trailwarden::aws
