#include "watch/cron.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <span>
#include <vector>

#include "base/ascii.h"
#include "triage/log_text.h"

namespace trailwarden::watch {
namespace {

namespace chr = std::chrono;

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"sun", "mon", "tue", "wed",
                                                       "thu", "fri", "sat"};

struct FieldForm {
  std::string_view name;
  unsigned first, last;
  std::span<const std::string_view> names;  // Of first, first + 1, …
};
const std::array<FieldForm, 5> kForms = {
    FieldForm{"minute", 0, 59, {}}, FieldForm{"hour", 0, 23, {}},
    FieldForm{"day of month", 1, 31, {}}, FieldForm{"month", 1, 12, kMonths},
    FieldForm{"day of week", 0, 7, kWeekdays}};

constexpr std::array<std::array<std::string_view, 2>, 7> kNicknames = {{
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
    {"@monthly", "0 0 1 * *"},
    {"@weekly", "0 0 * * 0"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@hourly", "0 * * * *"},
}};

// A day of a month falls on each day of the week within 12 years; a 29 February within 40, where a
// century has none.
constexpr int kDaysSearched = 41 * 366;
// Years 0 and 9999.
constexpr UnixSeconds kFirstTime = -62'167'219'200;
constexpr UnixSeconds kLastTime = 253'402'300'799;
constexpr UnixSeconds kDaySeconds = 86'400;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> list = split(text, ' ');
  std::erase(list, std::string_view());
  return list;
}

tl::unexpected<Error> wrong(const FieldForm& form, std::string_view part) {
  return fail(ErrorCode::Usage, "'" + triage::shown(part, 40) + "' is no " +
                                    std::string(form.name) + ": it is *, or of " +
                                    std::to_string(form.first) + "-" + std::to_string(form.last) +
                                    ", as 1,3 or 2-5 or */2");
}

std::optional<unsigned> number_of(std::string_view text) {
  unsigned number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = problem == std::errc() && end == text.data() + text.size();
  return is_whole && text.size() <= 2 ? std::optional(number) : std::nullopt;
}

// A number within the form, or a name that it has.
std::optional<unsigned> value_of(const FieldForm& form, std::string_view text) {
  const std::string lower = ascii_lower(text);
  const auto* const named =
      std::find(form.names.data(), form.names.data() + form.names.size(), lower);
  if (named != form.names.data() + form.names.size()) {
    return form.first + static_cast<unsigned>(named - form.names.data());
  }
  const auto number = number_of(text);
  return number && *number >= form.first && *number <= form.last ? number : std::nullopt;
}

struct Range {
  unsigned first, last, step = 1;
};

// "*", "5", "1-5", "*/15", "0-30/10"
Result<Range> range_of(const FieldForm& form, std::string_view part) {
  const std::size_t slash = std::min(part.find('/'), part.size());
  const std::string_view body = part.substr(0, slash);
  const std::size_t dash = body.find('-');
  const bool is_range = body == "*" || dash != body.npos;
  Range range{form.first, form.last};
  // Where 7 is Sunday as well, it is not one of all days.
  if (body == "*" && form.last == 7) range.last = 6;
  if (body != "*") {
    const auto first = value_of(form, body.substr(0, dash));
    auto last = dash == body.npos ? first : value_of(form, body.substr(dash + 1));
    if (!first || !last) return wrong(form, part);
    // "FRI-SUN": a week that ends with a Sunday.
    if (form.last == 7 && *last == 0 && *first > 0 && is_range) last = 7;
    if (*first > *last) return wrong(form, part);
    range = {*first, *last};
  }
  if (slash == part.size()) return range;
  const auto step = number_of(part.substr(slash + 1));
  if (!step || *step == 0 || !is_range) return wrong(form, part);
  range.step = *step;
  return range;
}

// The numbers that a field names.
Result<std::bitset<64>> field_of(const FieldForm& form, std::string_view text) {
  std::bitset<64> set;
  for (const std::string_view part : split(text, ',')) {
    const Range range = TW_TRY(range_of(form, part));
    for (unsigned value = range.first; value <= range.last; value += range.step) set.set(value);
  }
  return set;
}

template <std::size_t kSize>
std::bitset<kSize> part_of(const std::bitset<64>& all) {
  std::bitset<kSize> part;
  for (std::size_t i = 0; i < kSize; ++i) part[i] = all[i];
  return part;
}

// "MON 07:00" and "07:00" as five fields; other texts as they are.
Result<std::string> in_fields(std::string_view text) {
  for (const auto& [nickname, fields] : kNicknames) {
    if (ascii_lower(text) == nickname) return std::string(fields);
  }
  const std::vector<std::string_view> parts = words(text);
  const std::size_t colon = parts.empty() ? std::string_view::npos : parts.back().find(':');
  if (parts.size() > 2 || colon == std::string_view::npos) return std::string(text);
  std::string fields(parts.back().substr(colon + 1));
  fields.append(" ").append(parts.back().substr(0, colon)).append(" * * ");
  return fields.append(parts.size() == 2 ? parts.front() : "*");
}

}  // namespace

struct Cron::Day {
  unsigned month, day, weekday;
};

Result<Cron> Cron::parse(std::string_view text) {
  const std::string line = TW_TRY(in_fields(text));
  const std::vector<std::string_view> fields = words(line);
  if (fields.size() != kForms.size()) {
    return fail(ErrorCode::Usage, "'" + triage::shown(text, 60) +
                                      "' is no time: write \"MON 07:00\", \"07:00\", or the five "
                                      "fields of a crontab line, as \"0 7 * * MON\" (in UTC)");
  }
  std::array<std::bitset<64>, 5> sets;
  for (std::size_t i = 0; i < sets.size(); ++i) sets[i] = TW_TRY(field_of(kForms[i], fields[i]));
  if (sets[4][7]) sets[4].set(0);
  Cron cron;
  cron.minutes_ = part_of<60>(sets[0]);
  cron.hours_ = part_of<24>(sets[1]);
  cron.days_ = part_of<32>(sets[2]);
  cron.months_ = part_of<13>(sets[3]);
  cron.weekdays_ = part_of<7>(sets[4]);
  cron.any_day_ = fields[2].starts_with('*');
  cron.any_weekday_ = fields[4].starts_with('*');
  if (!cron.next(0)) {
    return fail(ErrorCode::Usage, "'" + triage::shown(text, 60) + "' never comes");
  }
  return cron;
}

bool Cron::is_day(const Day& day) const {
  if (!months_[day.month]) return false;
  const bool by_day = days_[day.day];
  const bool by_weekday = weekdays_[day.weekday];
  return any_day_ || any_weekday_ ? by_day && by_weekday : by_day || by_weekday;
}

// The nearest moment from minute `from` on, itself included, forward (1) or backward (-1).
std::optional<UnixSeconds> Cron::search(UnixSeconds from, int step) const {
  if (from < kFirstTime || from > kLastTime) return std::nullopt;
  auto day = chr::floor<chr::days>(chr::sys_seconds(chr::seconds(from)));
  UnixSeconds minute = (from - chr::sys_seconds(day).time_since_epoch().count()) / 60;
  for (int searched = 0; searched < kDaysSearched; ++searched) {
    const chr::year_month_day date(day);
    const bool is_right =
        is_day({static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                chr::weekday(day).c_encoding()});
    for (; is_right && minute >= 0 && minute < kDaySeconds / 60; minute += step) {
      const auto of_day = static_cast<std::size_t>(minute);
      if (!hours_[of_day / 60] || !minutes_[of_day % 60]) continue;
      return chr::sys_seconds(day).time_since_epoch().count() + minute * 60;
    }
    day += chr::days(step);
    minute = step > 0 ? 0 : kDaySeconds / 60 - 1;
  }
  return std::nullopt;
}

std::optional<UnixSeconds> Cron::next(UnixSeconds time) const {
  if (time < kFirstTime || time > kLastTime) return std::nullopt;
  const UnixSeconds minute = time - (time % 60 + 60) % 60;
  return search(minute + 60, 1);
}

std::optional<UnixSeconds> Cron::previous(UnixSeconds time) const {
  if (time < kFirstTime || time > kLastTime) return std::nullopt;
  return search(time - (time % 60 + 60) % 60, -1);
}

}  // namespace trailwarden::watch
