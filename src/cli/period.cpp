#include "cli/period.h"

#include <charconv>
#include <ctime>
#include <optional>
#include <string>

#include "cloudtrail/event.h"

namespace trailwarden::cli {
namespace {

// Seconds in one of the unit.
std::int64_t unit_seconds(char unit) {
  switch (unit) {
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86'400;
    default:
      return 1;
  }
}

// A number and one of `units`.
std::optional<std::int64_t> read_span(std::string_view text, std::string_view units) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool one_unit = problem == std::errc{} && end + 1 == text.data() + text.size();
  if (!one_unit || number < 0 || number >= 1'000'000) return std::nullopt;
  if (units.find(*end) == std::string_view::npos) return std::nullopt;
  return number * unit_seconds(*end);
}

}  // namespace

Result<std::chrono::seconds> parse_span(std::string_view text) {
  const auto span = read_span(text, "smhd");
  if (span) return std::chrono::seconds{*span};
  return fail(ErrorCode::Usage, "'" + std::string(text) + "' is no span of time such as 30s or 5m");
}

Result<UnixSeconds> parse_period_end(std::string_view text, UnixSeconds now) {
  if (const auto span = read_span(text, "mhd")) return now - *span;
  const std::string midnight = std::string(text) + "T00:00:00Z";
  const auto time = cloudtrail::parse_time(text.size() == 10 ? midnight : text);
  if (!time || text.find('-') == std::string_view::npos) {
    return fail(ErrorCode::Usage, "'" + std::string(text) +
                                      "' is no time: write 2026-03-01, 2026-03-01T08:00:00Z, or a "
                                      "span back from now such as 90m, 24h or 7d");
  }
  return *time;
}

Result<AskedPeriod> asked_period(const Request& request) {
  const UnixSeconds now = std::time(nullptr);
  AskedPeriod period;
  if (request.has("since")) period.since = TW_TRY(parse_period_end(request.text("since"), now));
  if (request.has("until")) period.until = TW_TRY(parse_period_end(request.text("until"), now));
  return period;
}

}  // namespace trailwarden::cli
