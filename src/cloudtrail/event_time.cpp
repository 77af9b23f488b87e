// parse_time of event.h: the forms in which logs and exports of logs write a time.
#include <charconv>
#include <limits>

#include "cloudtrail/event.h"

namespace trailwarden::cloudtrail {
namespace {

// Reads a text from left to right; every step that fails leaves `good` false.
struct Scanner {
  std::string_view rest;
  bool good = true;

  bool skip(char wanted) {
    if (rest.empty() || rest.front() != wanted) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char wanted) { good = skip(wanted) && good; }
  int digits(std::size_t count) {
    if (rest.size() < count) return fail();
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return fail();
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
  int fail() {
    good = false;
    return 0;
  }
};

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

// Days from 1970-01-01, for years from 0: counts the leap days before 1 March of the year.
std::int64_t days_since_1970(int year, int month, int day) {
  constexpr int kDaysBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const int last_year = year - 1 + 400;  // Never negative; 400 years hold 146,097 days.
  std::int64_t days = 365LL * year + last_year / 4 - last_year / 100 + last_year / 400 - 97;
  days += kDaysBefore[month - 1] + (month > 2 && is_leap(year) ? 1 : 0) + day - 1;
  return days - 719'527;  // From 0000-01-01 to 1970-01-01, less the leap day of the year 0.
}

// "Z", "+02:00", "-0700", "+02", " UTC" or nothing: seconds to take away.
int scan_offset(Scanner& text) {
  if (text.rest == " UTC") {
    text.rest = {};
    return 0;
  }
  if (text.rest.empty() || text.skip('Z') || text.skip('z')) return 0;
  const bool west = text.rest.front() == '-';
  if (!text.skip('+') && !text.skip('-')) return text.fail();
  const int hours = text.digits(2);
  text.skip(':');
  const int minutes = text.rest.empty() ? 0 : text.digits(2);
  if (hours > 23 || minutes > 59) return text.fail();
  return (hours * 60 + minutes) * (west ? -60 : 60);
}

void skip_fraction(Scanner& text) {
  if (!text.skip('.') && !text.skip(',')) return;
  text.digits(1);
  while (!text.rest.empty() && text.rest.front() >= '0' && text.rest.front() <= '9') {
    text.rest.remove_prefix(1);
  }
}

// As CloudTrail itself writes it, "2026-01-05T00:00:03Z"; nothing: in another form, or no time.
std::optional<std::int64_t> parse_plain(std::string_view text) {
  if (text.size() != 20) return std::nullopt;
  const char* const at = text.data();
  bool odd = false;  // Something was taken for a digit that is none.
  const auto two = [&](std::size_t i) {
    const unsigned tens = static_cast<unsigned char>(at[i]) - unsigned{'0'};
    const unsigned ones = static_cast<unsigned char>(at[i + 1]) - unsigned{'0'};
    odd |= tens > 9 || ones > 9;
    return static_cast<int>(tens * 10 + ones);
  };
  const int year = two(0) * 100 + two(2);
  const int month = two(5);
  const int day = two(8);
  const int hour = two(11);
  const int minute = two(14);
  const int second = two(17);
  const bool is_plain = !odd && at[4] == '-' && at[7] == '-' && at[10] == 'T' && at[13] == ':' &&
                        at[16] == ':' && at[19] == 'Z';
  // Days that not every month has are left to the full grammar.
  if (!is_plain || month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 ||
      second > 59) {
    return std::nullopt;
  }
  return days_since_1970(year, month, day) * 86'400 + hour * std::int64_t{3'600} +
         minute * std::int64_t{60} + second;
}

std::optional<std::int64_t> parse_iso(std::string_view whole) {
  if (const auto time = parse_plain(whole)) return time;
  Scanner text{whole};
  const int year = text.digits(4);
  text.expect('-');
  const int month = text.digits(2);
  text.expect('-');
  const int day = text.digits(2);
  if (!text.skip('T') && !text.skip('t')) text.expect(' ');
  const int hour = text.digits(2);
  text.expect(':');
  const int minute = text.digits(2);
  text.expect(':');
  const int second = text.digits(2);  // 60 is a leap second: the next minute's first.
  if (!text.good || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) ||
      hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  skip_fraction(text);
  const int offset = scan_offset(text);
  if (!text.good || !text.rest.empty()) return std::nullopt;
  return days_since_1970(year, month, day) * 86'400 + hour * std::int64_t{3'600} +
         minute * std::int64_t{60} + second - offset;
}

// The unit shows in the size: 10^11 s is the year 5138, 10^11 ms is 1973.
template <class Number>
std::int64_t to_seconds(Number since_1970) {
  Number unit = 1;
  for (Number limit = Number(1e11); since_1970 >= limit && unit < Number(1e9);
       limit *= Number(1000)) {
    unit *= Number(1000);
  }
  return static_cast<std::int64_t>(since_1970 / unit);
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::uint64_t whole = 0;
  const char* const end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, whole);
      read.ec == std::errc{} && read.ptr == end) {
    return to_seconds(whole);
  }
  double number = 0;
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || !(number >= 0 && number < 1e19)) {
    return std::nullopt;
  }
  return to_seconds(number);
}

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return text.size() > 4 && text[4] == '-' ? parse_iso(text) : parse_number(text);
}

}  // namespace trailwarden::cloudtrail
