#include "base/utc_time.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace trailwarden {

std::string format_utc(UnixSeconds time) {
  using std::chrono::seconds;
  constexpr UnixSeconds kYear0 = -62'167'219'200;     // 0000-01-01T00:00:00Z
  constexpr UnixSeconds kYear9999 = 253'402'300'799;  // 9999-12-31T23:59:59Z
  const std::chrono::sys_seconds moment{seconds{std::clamp(time, kYear0, kYear9999)}};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{moment - day};
  char text[32];
  const int length = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace trailwarden
