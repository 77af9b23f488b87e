#include "source/layout.h"

#include <algorithm>
#include <charconv>

namespace trailwarden::source {
namespace {

constexpr UnixSeconds kDaySeconds = 86'400;
constexpr std::string_view kDayShape = "dddd/dd/dd/";
constexpr std::size_t kAccountDigits = 12;

// The next part of a path, without its '/'; `path` is what follows. Empty: no whole part is left.
std::string_view take_part(std::string_view& path) {
  const std::size_t end = path.find('/');
  if (end == std::string_view::npos) return {};
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(end + 1);
  return part;
}

bool is_account(std::string_view part) {
  return part.size() == kAccountDigits &&
         std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Goes down `rest`, which begins below AWSLogs/, and takes off what it has understood.
Place descend(std::string_view& rest) {
  std::string_view path = rest;
  std::string_view part = take_part(path);
  if (part.empty()) return Place::Logs;
  if (part.starts_with("o-")) {
    rest = path;
    part = take_part(path);
    if (part.empty()) return Place::Organization;
  }
  if (!is_account(part)) return Place::Outside;
  rest = path;
  part = take_part(path);
  if (part.empty()) return Place::Account;
  if (part != "CloudTrail" && part != "CloudTrail-NetworkActivity") return Place::LeftOut;
  rest = path;
  if (take_part(path).empty()) return Place::Kind;
  rest = path;
  return Place::Region;
}

// Behind the last AWSLogs/ that is a whole part of `path`; nothing where there is none.
std::optional<std::string_view> below_logs(std::string_view path) {
  constexpr std::string_view kLogs = "AWSLogs/";
  for (std::size_t at = path.rfind(kLogs); at != std::string_view::npos;
       at = path.rfind(kLogs, at - 1)) {
    if (at == 0 || path[at - 1] == '/') return path.substr(at + kLogs.size());
    if (at == 0) break;
  }
  return std::nullopt;
}

std::string day_text(UnixSeconds time) {
  std::string text = format_utc(time).substr(0, 10);
  std::replace(text.begin(), text.end(), '-', '/');
  return text;
}

bool is_day(std::string_view text) {
  return text.size() >= kDayShape.size() &&
         std::equal(kDayShape.begin(), kDayShape.end(), text.begin(), [](char shape, char c) {
           return shape == 'd' ? c >= '0' && c <= '9' : c == shape;
         });
}

// Of a key in CloudTrail's layout what begins with its day: "2026/03/03/FILE"; else empty.
std::string_view from_day_on(std::string_view key) {
  const auto region = region_folder(key);
  if (!region) return {};
  const std::string_view rest = key.substr(region->size());
  return is_day(rest) ? rest : std::string_view{};
}

unsigned number_in(std::string_view digits) {
  unsigned number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

std::string_view folder_of(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : key.substr(0, slash + 1);
}

Place place_of(std::string_view folder) {
  auto rest = below_logs(folder);
  return rest ? descend(*rest) : Place::Outside;
}

std::optional<std::string_view> left_out_folder(std::string_view key) {
  auto rest = below_logs(key);
  if (!rest || descend(*rest) != Place::LeftOut) return std::nullopt;
  take_part(*rest);
  return key.substr(0, key.size() - rest->size());
}

std::optional<std::string_view> region_folder(std::string_view key) {
  auto rest = below_logs(key);
  if (!rest || descend(*rest) != Place::Region) return std::nullopt;
  return key.substr(0, key.size() - rest->size());
}

Days days_of(std::optional<UnixSeconds> since, std::optional<UnixSeconds> until) {
  Days days;
  if (since) days.first = day_text(*since);
  if (until) days.end = day_text(*until - 1 + 2 * kDaySeconds);
  return days;
}

Days days_between(std::chrono::sys_days first, std::optional<std::chrono::sys_days> end) {
  const auto text = [](std::chrono::sys_days day) {
    return day_text(std::chrono::sys_seconds(day).time_since_epoch().count());
  };
  return {text(first), end ? text(*end) : std::string()};
}

std::optional<std::chrono::sys_days> day_of(std::string_view key) {
  const std::string_view text = from_day_on(key);
  if (text.empty()) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(number_in(text.substr(0, 4)))),
      std::chrono::month(number_in(text.substr(5, 2))),
      std::chrono::day(number_in(text.substr(8, 2)))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

bool in_days(std::string_view key, const Days& days) {
  const std::string_view day = from_day_on(key);
  if (day.empty()) return true;
  return (days.first.empty() || day.substr(0, days.first.size()) >= days.first) &&
         (days.end.empty() || day.substr(0, days.end.size()) < days.end);
}

}  // namespace trailwarden::source
