// When something is to be done again and again: a crontab line's five fields, in UTC.
//
//   minute  hour  day of month  month      day of week
//   0-59    0-23  1-31          1-12, JAN  0-7, SUN (0 and 7 are Sunday)
//
// Source of fact: crontab(5) of Vixie cron and POSIX crontab. A field is *, or a list of numbers,
// ranges and steps ("1-5", "*/15", "0-30/10"). A day has to be right by month and by one of the
// two fields for days where neither begins with *; by both where one does.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/utc_time.h"

namespace trailwarden::watch {

class Cron {
 public:
  // The five fields; "@hourly", "@daily", "@weekly", "@monthly", "@yearly"; or, for people,
  // "07:00" and "MON 07:00" (days of the week as in the fifth field). Error: Usage, with the field
  // that is wrong, or a time that never comes ("0 0 30 2 *").
  static Result<Cron> parse(std::string_view text);

  // The first moment after `time`, and the last one at or before it. Whole minutes. Nothing where
  // that is beyond what a calendar has (years 0 to 9999).
  std::optional<UnixSeconds> next(UnixSeconds time) const;
  std::optional<UnixSeconds> previous(UnixSeconds time) const;

 private:
  struct Day;
  Cron() = default;
  bool is_day(const Day& day) const;
  std::optional<UnixSeconds> search(UnixSeconds from, int step) const;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;  // By number; 0 is not used.
  std::bitset<13> months_;
  std::bitset<7> weekdays_;  // From Sunday.
  bool any_day_ = false;     // The field begins with *.
  bool any_weekday_ = false;
};

}  // namespace trailwarden::watch
