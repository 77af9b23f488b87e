#include "scan/line_order.h"

#include <limits>

namespace trailwarden::scan {

std::string line_key(const triage::Sighting& event) {
  // Big-endian with the sign bit turned, so that bytes compare as the times do.
  const auto time = event.time.value_or(std::numeric_limits<std::int64_t>::min());
  const auto biased = static_cast<std::uint64_t>(time) ^ (std::uint64_t{1} << 63U);
  std::string key;
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>((biased >> shift) & 0xFFU);
  return key + event.event_id;
}

std::string line_payload(const std::string& case_id, std::string_view event) {
  return (case_id + '\0').append(event);
}

Line split_payload(std::string_view payload) {
  const std::size_t end = payload.find('\0');
  return {payload.substr(0, end), payload.substr(end + 1)};
}

bool same_event(const triage::Sighting& left, const triage::Sighting& right) {
  return !left.event_id.empty() && left.event_id == right.event_id && left.time == right.time &&
         left.actor == right.actor && left.source == right.source && left.name == right.name &&
         left.region == right.region && left.source_ip == right.source_ip &&
         left.user_agent == right.user_agent && left.error_code == right.error_code &&
         left.principal == right.principal && left.account == right.account;
}

}  // namespace trailwarden::scan
