// The messages of one case for one sink, in their order: one item, so that it changes as a whole.
// Whoever writes the next version of it has the word; nothing here asks anybody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/live_store.h"

namespace trailwarden::shared_store {

struct Lane {
  std::uint64_t version = 0;  // 0: not in the table.
  std::string case_id, sink;
  std::string thread;  // The reference of the first message that was sent.
  // Pending or being sent, in order; `id` counts them from 1. The first one alone is handed out.
  std::vector<store::OutboxRow> open;
  // The latest that were given up, with the reason: for people.
  std::vector<store::OutboxRow> dead;
  std::vector<std::string> keys;  // The latest, sent ones too.
  std::int64_t last_id = 0;

  // When the first message is due; nothing: none is open.
  std::optional<store::UnixMillis> due() const;

  // As LiveWriter has them. Where more messages wait than should, one of the same kind is replaced
  // by enqueue() as well: a lane has a bound.
  bool enqueue(const store::OutboxRow& message);
  void enqueue_or_replace(const store::OutboxRow& message);
  // The first message as it was, and begins an attempt with it.
  store::OutboxRow begin(store::UnixMillis now);

  // The message, if attempt number `attempt` of it is under way; nullptr otherwise: it took so long
  // that somebody else has it.
  store::OutboxRow* being_sent(std::int64_t id, std::uint32_t attempt);
  void mark_sent(std::int64_t id, std::string_view reference);
  void bury(std::int64_t id, std::string_view reason);

 private:
  bool knows(std::string_view key) const;
  void add(const store::OutboxRow& message);
  void replace(std::size_t place, const store::OutboxRow& message);
  std::optional<std::size_t> pending_of_kind(std::string_view kind) const;
  store::OutboxRow take(std::int64_t id);
};

// As it stands in the table, but for its version.
std::string to_document(const Lane& lane);
// Error: as FieldReader's.
Result<Lane> lane_from_document(std::string_view document, std::uint64_t version);

}  // namespace trailwarden::shared_store
