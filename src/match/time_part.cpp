#include "match/time_part.h"

#include <chrono>

namespace trailwarden::match {
namespace {

// Reads digits and fixed characters from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool ok() const { return ok_; }
  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = skip(c) && ok_; }
  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  void skip_digits() {
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') rest_.remove_prefix(1);
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::chrono::minutes read_offset(Reader& in) {
  if (in.at_end() || in.skip('Z') || in.skip('z')) return {};
  const bool minus = in.skip('-');
  if (!minus) in.expect('+');
  const int hours = in.digits(2);
  in.skip(':');
  const std::chrono::minutes offset{hours * 60 + in.digits(2)};
  return minus ? -offset : offset;
}

// To the minute: seconds belong to no part.
std::optional<std::chrono::sys_time<std::chrono::minutes>> parse_time(std::string_view text) {
  Reader in(text);
  const std::chrono::year year{in.digits(4)};
  in.expect('-');
  const std::chrono::month month{static_cast<unsigned>(in.digits(2))};
  in.expect('-');
  const std::chrono::day day{static_cast<unsigned>(in.digits(2))};
  if (!in.skip('T') && !in.skip('t')) in.expect(' ');
  const int hour = in.digits(2);
  in.expect(':');
  const int minute = in.digits(2);
  if (in.skip(':')) {
    in.digits(2);
    if (in.skip('.')) in.skip_digits();
  }
  const std::chrono::minutes offset = read_offset(in);
  const std::chrono::year_month_day date{year, month, day};
  if (!in.ok() || !in.at_end() || !date.ok() || hour > 23 || minute > 59) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::minutes{hour * 60 + minute} - offset;
}

// ISO 8601: week 1 holds the year's first Thursday, so a day's week is that of its Thursday.
int iso_week(std::chrono::sys_days day) {
  const auto thursday =
      day - (std::chrono::weekday{day} - std::chrono::Monday) + std::chrono::days{3};
  const std::chrono::year_month_day date{thursday};
  const std::chrono::sys_days first{date.year() / std::chrono::January / 1};
  return static_cast<int>((thursday - first).count() / 7) + 1;
}

}  // namespace

std::optional<int> part_of_time(std::string_view text, TimePart::Part part) {
  const auto time = parse_time(text);
  if (!time) return std::nullopt;
  const auto day = std::chrono::floor<std::chrono::days>(*time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{*time - day};
  switch (part) {
    case TimePart::Part::Minute:
      return static_cast<int>(clock.minutes().count());
    case TimePart::Part::Hour:
      return static_cast<int>(clock.hours().count());
    case TimePart::Part::Day:
      return static_cast<int>(static_cast<unsigned>(date.day()));
    case TimePart::Part::Week:
      return iso_week(day);
    case TimePart::Part::Month:
      return static_cast<int>(static_cast<unsigned>(date.month()));
    case TimePart::Part::Year:
      return static_cast<int>(date.year());
  }
  return std::nullopt;
}

}  // namespace trailwarden::match
