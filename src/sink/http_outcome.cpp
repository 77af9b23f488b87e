#include "sink/http_outcome.h"

#include <algorithm>
#include <charconv>

#include "aws/http_date.h"
#include "triage/log_text.h"

namespace trailwarden::sink {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestWait = std::chrono::hours(1);
constexpr std::size_t kBodyShown = 160;

std::optional<milliseconds> seconds_of(std::string_view text) {
  std::uint32_t seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failed == std::errc::result_out_of_range) return kLongestWait;
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace

net::Limits receiver_limits() {
  return {.connect = milliseconds(5'000),
          .silence = milliseconds(10'000),
          .total = milliseconds(30'000),
          .body_bytes = std::size_t{4} << 20};
}

Outcome outcome_of(const net::Failure& failure) {
  std::string reason = triage::shown(failure.message, 300);
  if (failure.sent) return InDoubt{std::move(reason)};
  return Postponed{std::move(reason), std::nullopt};
}

std::optional<milliseconds> retry_after(const net::Response& response, aws::SystemTime now) {
  const std::string* field = response.header("Retry-After");
  if (field == nullptr) return std::nullopt;
  auto wait = seconds_of(*field);
  if (!wait) {
    const auto at = aws::parse_http_date(*field);
    if (!at) return std::nullopt;
    wait = std::chrono::duration_cast<milliseconds>(*at - now);
  }
  return std::clamp(*wait, milliseconds(0), kLongestWait);
}

bool is_passing(unsigned status) {
  return status == 408 || status == 425 || status == 429 || (status >= 500 && status < 600);
}

std::string told(const net::Response& response) {
  const std::string body = triage::shown(response.body, kBodyShown);
  return "HTTP " + std::to_string(response.status) + (body.empty() ? "" : ": " + body);
}

}  // namespace trailwarden::sink
