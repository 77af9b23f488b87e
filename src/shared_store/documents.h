// Rows as they stand in the table's documents, and what was read back again.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/rows.h"

namespace trailwarden::shared_store {

// An actor's cases, as far as the place of the next event depends on them. Every case that is begun
// and every span that grows is a new version: who decides by an old one is told.
struct ActorCases {
  struct Span {
    std::string id;
    std::optional<UnixSeconds> first, last;
  };
  std::uint64_t version = 0;  // 0: not in the table.
  std::string actor;
  std::vector<Span> spans;  // The latest some dozens.

  // As LiveStore::case_around(): its id.
  std::optional<std::string> around(std::optional<UnixSeconds> time, std::int64_t silence,
                                    std::int64_t length) const;
  // False: it is there like this already.
  bool put(const Span& span);
};

// What was spent on models in the last day and some, by minute and model.
struct SpendingBook {
  std::uint64_t version = 0;  // 0: not in the table.
  std::vector<store::SpendingRow> rows;

  void add(const store::SpendingRow& spent);
};

// Which events came to a case last: who has the case as it was a little ago reads these alone.
struct LatestEvents {
  struct Came {
    std::uint64_t revision = 0;  // Of the case, since when the event belongs to it.
    std::string sort;            // Of its key.
  };
  std::uint64_t behind = 0;  // All that came behind this revision are here …
  std::vector<Came> events;  // … in its order: the latest some dozens.

  void add(std::uint64_t revision, const std::vector<std::string>& sorts);
  // The sort keys of those that came behind a revision; nothing: not all are here.
  std::optional<std::set<std::string>> since(std::uint64_t revision) const;
};

// A case's item.
struct StoredCase {
  store::CaseRow row;
  LatestEvents latest;
};

// `record` is left out where the whole would be too large for an item; then the row says so.
std::string to_document(const store::EventRow& row);
// LimitExceeded: too large for an item.
Result<std::string> to_document(const StoredCase& stored);
std::string to_document(const ActorCases& cases);
std::string to_document(const SpendingBook& book);
Result<std::string> to_document(const store::AnswerRow& row);

// Error, of each: as FieldReader's.
Result<store::EventRow> event_from_document(std::string_view document);
Result<StoredCase> case_from_document(std::string_view document);
Result<ActorCases> actor_from_document(std::string_view document, std::uint64_t version);
Result<SpendingBook> spending_from_document(std::string_view document, std::uint64_t version);
Result<store::AnswerRow> answer_from_document(std::string_view document);

}  // namespace trailwarden::shared_store
