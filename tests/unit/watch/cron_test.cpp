#include "watch/cron.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "cloudtrail/event.h"

namespace trailwarden::watch {
namespace {

UnixSeconds at(const std::string& minute) {
  const auto time = cloudtrail::parse_time(minute + ":00Z");
  EXPECT_TRUE(time) << minute;
  return time.value_or(0);
}

std::string shown(std::optional<UnixSeconds> time) {
  return time ? format_utc(*time).substr(0, 16) : "never";
}

struct Case {
  const char* why;
  const char* line;
  const char* after;
  const char* next;
};

// 2026-03-02 is a Monday.
constexpr Case kCases[] = {
    {"every minute", "* * * * *", "2026-03-02T06:59", "2026-03-02T07:00"},
    {"after itself the next", "0 7 * * *", "2026-03-02T07:00", "2026-03-03T07:00"},
    {"a number", "30 7 * * *", "2026-03-02T07:00", "2026-03-02T07:30"},
    {"a step", "*/15 * * * *", "2026-03-02T07:00", "2026-03-02T07:15"},
    {"a step that does not divide the hour", "*/25 * * * *", "2026-03-02T07:50",
     "2026-03-02T08:00"},
    {"a range with a step", "10-40/15 * * * *", "2026-03-02T07:10", "2026-03-02T07:25"},
    {"its end", "10-40/15 * * * *", "2026-03-02T07:40", "2026-03-02T08:10"},
    {"a list", "0 1,13,22 * * *", "2026-03-02T01:00", "2026-03-02T13:00"},
    {"a list of ranges", "0 1-2,20-21 * * *", "2026-03-02T02:00", "2026-03-02T20:00"},
    {"a weekday", "0 7 * * 1", "2026-03-02T07:00", "2026-03-09T07:00"},
    {"by name", "0 7 * * mon", "2026-03-02T06:00", "2026-03-02T07:00"},
    {"weekdays", "0 7 * * MON-FRI", "2026-03-06T07:00", "2026-03-09T07:00"},
    {"Sunday is 0", "0 7 * * 0", "2026-03-02T00:00", "2026-03-08T07:00"},
    {"and 7", "0 7 * * 7", "2026-03-02T00:00", "2026-03-08T07:00"},
    {"a week that ends with Sunday", "0 7 * * FRI-SUN", "2026-03-07T07:00", "2026-03-08T07:00"},
    {"in numbers", "0 7 * * 5-7", "2026-03-08T07:00", "2026-03-13T07:00"},
    {"a month by name", "0 0 1 Apr *", "2026-03-02T00:00", "2026-04-01T00:00"},
    {"a year's end", "59 23 31 12 *", "2026-12-31T23:59", "2027-12-31T23:59"},
    {"the 31st only in months that have it", "0 0 31 * *", "2026-03-31T00:00", "2026-05-31T00:00"},
    {"29 February", "0 0 29 2 *", "2026-03-02T00:00", "2028-02-29T00:00"},
    {"over a century that has none", "0 0 29 2 *", "2096-02-29T00:00", "2104-02-29T00:00"},
    {"2000 had one", "0 0 29 2 *", "1999-01-01T00:00", "2000-02-29T00:00"},
    {"day of month or day of week", "0 7 15 * MON", "2026-03-09T07:00", "2026-03-15T07:00"},
    {"the other of both", "0 7 15 * MON", "2026-03-15T07:00", "2026-03-16T07:00"},
    {"a star with a step asks for both", "0 7 */2 * MON", "2026-03-02T07:00", "2026-03-09T07:00"},
    {"hourly", "@hourly", "2026-03-02T06:30", "2026-03-02T07:00"},
    {"daily", "@daily", "2026-03-02T06:30", "2026-03-03T00:00"},
    {"weekly", "@weekly", "2026-03-02T06:30", "2026-03-08T00:00"},
    {"monthly", "@Monthly", "2026-03-02T06:30", "2026-04-01T00:00"},
    {"yearly", "@yearly", "2026-03-02T06:30", "2027-01-01T00:00"},
    {"for people", "MON 07:00", "2026-03-02T07:00", "2026-03-09T07:00"},
    {"every day", "07:05", "2026-03-02T07:05", "2026-03-03T07:05"},
    {"some days", "MON-WED,SAT 7:30", "2026-03-04T07:30", "2026-03-07T07:30"},
    {"blanks", "  0  7 * *   MON ", "2026-03-02T07:00", "2026-03-09T07:00"},
};

TEST(Cron, Next) {
  for (const Case& each : kCases) {
    const auto cron = Cron::parse(each.line);
    ASSERT_TRUE(cron) << each.why << ": " << to_string(cron.error());
    EXPECT_EQ(shown(cron->next(at(each.after))), each.next) << each.why;
    // And from there back: it is the latest at its own minute.
    EXPECT_EQ(shown(cron->previous(at(each.next) + 59)), each.next) << each.why;
  }
}

TEST(Cron, WhatIsNoTime) {
  for (const char* text : {"",
                           "*",
                           "* * * *",
                           "* * * * * *",
                           "60 * * * *",
                           "* 24 * * *",
                           "* * 0 * *",
                           "* * 32 * *",
                           "* * * 0 *",
                           "* * * 13 *",
                           "* * * * 8",
                           "*/0 * * * *",
                           "5/15 * * * *",
                           "5-1 * * * *",
                           "* * * * FRI-MON",
                           "1, * * * *",
                           ",1 * * * *",
                           "1-2-3 * * * *",
                           "-1 * * * *",
                           "+1 * * * *",
                           "a * * * *",
                           "* * * * monday",
                           "0 0 30 2 *",
                           "0 0 31 4,6,9,11 *",
                           "@reboot",
                           "MON 25:00",
                           "MON 07:60",
                           "MON 7",
                           "FUN 07:00",
                           "07:00:00",
                           "cron(0 7 ? * MON *)",
                           "0 7 ? * MON",
                           "1-5/ * * * *",
                           "*/999999999999 * * * *",
                           "000 * * * *"}) {
    const auto cron = Cron::parse(text);
    ASSERT_FALSE(cron) << text;
    EXPECT_EQ(cron.error().code, ErrorCode::Usage) << text;
  }
}

TEST(Cron, BeyondTheCalendarIsNever) {
  const auto cron = Cron::parse("* * * * *");
  EXPECT_FALSE(cron->next(INT64_MAX));
  EXPECT_FALSE(cron->next(INT64_MIN));
  EXPECT_FALSE(cron->previous(INT64_MAX));
  EXPECT_FALSE(cron->previous(INT64_MIN));
}

// The rule of crontab(5), word for word, minute by minute: slow and obvious.
struct Obvious {
  std::vector<unsigned> minutes, hours, days, months, weekdays;
  bool day_is_star = false, weekday_is_star = false;

  static bool has(const std::vector<unsigned>& list, unsigned value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  }
  bool holds(UnixSeconds time) const {
    const std::chrono::sys_seconds moment{std::chrono::seconds(time)};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const auto minute = static_cast<unsigned>((moment - day).count() / 60);
    const bool by_day = has(days, static_cast<unsigned>(date.day()));
    const bool by_weekday = has(weekdays, std::chrono::weekday(day).c_encoding());
    const bool is_day =
        day_is_star || weekday_is_star ? by_day && by_weekday : by_day || by_weekday;
    return has(minutes, minute % 60) && has(hours, minute / 60) &&
           has(months, static_cast<unsigned>(date.month())) && is_day;
  }
};

// A field as text, and the numbers that it names.
class Fields {
 public:
  explicit Fields(unsigned seed) : random_(seed) {}
  std::string field(unsigned first, unsigned last, std::vector<unsigned>& values) {
    if (below(3) == 0) {
      const unsigned step = 1 + below(4);
      for (unsigned v = first; v <= last; v += step) values.push_back(v);
      return step == 1 ? "*" : "*/" + std::to_string(step);
    }
    std::string text;
    for (unsigned parts = 1 + below(2); parts > 0; --parts) {
      const unsigned low = first + below(last - first + 1);
      const unsigned high = low + below(last - low + 1);
      const unsigned step = 1 + below(3);
      text += (text.empty() ? "" : ",") + std::to_string(low) + "-" + std::to_string(high);
      if (step > 1) text += "/" + std::to_string(step);
      for (unsigned v = low; v <= high; v += step) values.push_back(v);
    }
    return text;
  }
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }

 private:
  std::mt19937 random_;
};

TEST(Cron, AgreesWithTheObviousWay) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Fields any(seed);
    Obvious rule;
    const std::string minute = any.field(0, 59, rule.minutes);
    const std::string hour = any.field(0, 23, rule.hours);
    const std::string day = any.field(1, 31, rule.days);
    const std::string weekday = any.field(0, 6, rule.weekdays);
    for (unsigned month = 1; month <= 12; ++month) rule.months.push_back(month);
    rule.day_is_star = day.starts_with('*');
    rule.weekday_is_star = weekday.starts_with('*');
    const std::string line = minute + " " + hour + " " + day + " * " + weekday;
    const auto cron = Cron::parse(line);
    ASSERT_TRUE(cron) << line;
    const UnixSeconds begin = at("2027-12-30T00:00") + any.below(90 * 1440) * 60 + any.below(60);
    const UnixSeconds first = begin - begin % 60;
    const auto next = cron->next(begin);
    const auto previous = cron->previous(begin);
    ASSERT_TRUE(next && previous) << line;
    ASSERT_GT(*next, begin) << line;
    ASSERT_LE(*previous, begin) << line;
    EXPECT_TRUE(rule.holds(*next) && rule.holds(*previous)) << line;
    for (UnixSeconds time = first + 60; time < *next; time += 60) {
      ASSERT_FALSE(rule.holds(time)) << line << " missed " << format_utc(time);
    }
    for (UnixSeconds time = first; time > *previous; time -= 60) {
      ASSERT_FALSE(rule.holds(time)) << line << " missed " << format_utc(time);
    }
    EXPECT_EQ(cron->previous(*next), next) << line;
    EXPECT_EQ(cron->next(*next - 1), next) << line;
  }
}

}  // namespace
}  // namespace trailwarden::watch
