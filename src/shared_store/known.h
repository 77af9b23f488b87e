// What this process knows of the table: items as it last read or wrote them. Others write as well,
// so that any of it may be over; whoever writes by it finds out, for each write names the version
// that it replaces.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared_store/documents.h"
#include "shared_store/keys.h"
#include "shared_store/lane.h"
#include "shared_store/table.h"

namespace trailwarden::shared_store {

// An attempt to send that this process began.
struct Attempt {
  Key lane;
  std::int64_t message = 0;  // OutboxRow::id within the lane.
  std::uint32_t number = 0;  // OutboxRow::attempts.
};

// Safe for any number of threads. Values are copies.
class Known {
 public:
  explicit Known(const Table& table) : table_(table) {}

  // As known, or else from the table; of version 0 where there is none.
  Result<Lane> lane(std::string_view case_id, std::string_view sink);
  Result<ActorCases> actor(std::string_view actor);
  Result<SpendingBook> spending();

  // From the table, whatever is known.
  Result<Lane> read_lane(const Key& key);
  Result<ActorCases> read_actor(std::string_view actor);
  Result<SpendingBook> read_spending();

  // Which events came last to a case of this revision, if that was read or written.
  std::optional<LatestEvents> latest_events(std::string_view case_id, std::uint64_t revision) const;
  void keep(const StoredCase& stored);

  // What is known, for those who must not wait.
  std::optional<Lane> known_lane(const Key& key) const;
  std::vector<std::pair<Key, Lane>> known_lanes(std::string_view sink) const;

  void keep(const Key& key, Lane lane);
  void keep(ActorCases cases);
  void keep(SpendingBook book);
  void forget_lane(const Key& key);
  void forget_actor(const std::string& actor);
  void forget_spending();
  // Forgets all where it is too much.
  void trim();

  // What the index said of a sink's lanes, for a moment.
  void looked(std::string_view sink, std::vector<DueItem> items);
  std::optional<std::vector<DueItem>> last_look(std::string_view sink) const;

  // A number for an attempt, and the attempt of a number.
  std::int64_t begun(Attempt attempt);
  std::optional<Attempt> attempt(std::int64_t id) const;
  void ended(std::int64_t id);
  bool is_sending(const Key& lane) const;

 private:
  struct Look {
    std::chrono::steady_clock::time_point at;
    std::vector<DueItem> items;
  };

  const Table& table_;
  mutable std::mutex mutex_;  // Over what follows; not held while the table is asked.
  std::map<Key, Lane> lanes_;
  std::map<std::string, ActorCases, std::less<>> actors_;
  std::map<std::string, std::pair<std::uint64_t, LatestEvents>, std::less<>> cases_;  // Revision.
  std::optional<SpendingBook> spending_;
  std::map<std::string, Look, std::less<>> looks_;
  std::map<std::int64_t, Attempt> attempts_;
  std::int64_t last_attempt_ = 0;
};

}  // namespace trailwarden::shared_store
