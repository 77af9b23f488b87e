#include "source/layout.h"

#include <algorithm>

namespace trailwarden::source {
namespace {

constexpr UnixSeconds kDaySeconds = 86'400;
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
  constexpr std::string_view kShape = "dddd/dd/dd/";
  return text.size() >= kShape.size() &&
         std::equal(kShape.begin(), kShape.end(), text.begin(), [](char shape, char c) {
           return shape == 'd' ? c >= '0' && c <= '9' : c == shape;
         });
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

bool in_days(std::string_view key, const Days& days) {
  const auto region = region_folder(key);
  if (!region) return true;
  const std::string_view day = key.substr(region->size());
  if (!is_day(day)) return true;
  return (days.first.empty() || day.substr(0, days.first.size()) >= days.first) &&
         (days.end.empty() || day.substr(0, days.end.size()) < days.end);
}

}  // namespace trailwarden::source
