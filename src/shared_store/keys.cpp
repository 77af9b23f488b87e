#include "shared_store/keys.h"

#include "aws/sigv4.h"
#include "base/hex.h"

namespace trailwarden::shared_store {
namespace {

// 128 bits of SHA-256: nobody finds another name for the same key.
std::string hashed(std::string_view name) { return aws::sha256_hex(name).substr(0, 32); }

std::string actor_partition(std::string_view actor) { return "actor#" + hashed(actor); }

// Sorts as the times do, the missing one in front.
std::string event_time(std::optional<UnixSeconds> time) {
  if (!time) return "event#0";
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;
  return "event#1" + to_hex(static_cast<std::uint64_t>(*time) ^ kHalf);
}

}  // namespace

Key case_key(std::string_view case_id) { return {"case#" + std::string(case_id), "case"}; }

Key lane_key(std::string_view case_id, std::string_view sink) {
  return {"case#" + std::string(case_id), "lane#" + hashed(sink)};
}

Key actor_key(std::string_view actor) { return {actor_partition(actor), "actor"}; }

Key event_key(std::string_view actor, std::optional<UnixSeconds> time,
              std::string_view fingerprint) {
  return {actor_partition(actor), event_time(time) + "#" + hashed(fingerprint)};
}

EventRange events_between(std::string_view actor, std::optional<UnixSeconds> first,
                          std::optional<UnixSeconds> last) {
  // '~' is behind every digit of a hash.
  return {actor_partition(actor), event_time(first), event_time(last) + "#~"};
}

Key spending_key() { return {"spending", "spending"}; }

Key answer_key(std::string_view shape) { return {"answer#" + hashed(shape), "answer"}; }

std::string sink_partition(std::string_view sink) { return "sink#" + hashed(sink); }

}  // namespace trailwarden::shared_store
