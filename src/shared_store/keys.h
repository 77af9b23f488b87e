// Where what stands in the table. Names that others chose are hashed: keys are short, and safe to
// show.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/utc_time.h"

namespace trailwarden::shared_store {

struct Key {
  std::string partition, sort;
  auto operator<=>(const Key&) const = default;
};

// A case as it stands.
Key case_key(std::string_view case_id);
// The messages of a case for one sink.
Key lane_key(std::string_view case_id, std::string_view sink);
// What is known of an actor's cases: which event belongs to which is decided by it.
Key actor_key(std::string_view actor);
// An event stands with its actor, ordered by time; who has its key is the same event.
Key event_key(std::string_view actor, std::optional<UnixSeconds> time,
              std::string_view fingerprint);
// Between these two stand the actor's events of these times; of no time where there are none.
struct EventRange {
  std::string partition, first, last;
};
EventRange events_between(std::string_view actor, std::optional<UnixSeconds> first,
                          std::optional<UnixSeconds> last);
// What was spent on models.
Key spending_key();
Key answer_key(std::string_view shape);

// The partition of the index of what is due, for one sink.
std::string sink_partition(std::string_view sink);

}  // namespace trailwarden::shared_store
