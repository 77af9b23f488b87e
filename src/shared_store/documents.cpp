#include "shared_store/documents.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "shared_store/fields.h"
#include "shared_store/table.h"

namespace trailwarden::shared_store {
namespace {

using store::CaseRow;
using store::EventRow;

// An event that belongs to an older one of its actor's cases begins another.
constexpr std::size_t kSpansMax = 64;
// What is read of a case that others went on with: more than they add before one looks again. Each
// costs its case some twenty bytes.
constexpr std::size_t kLatestMax = 32;
constexpr UnixSeconds kSpendingKept = 90'000;  // A day and an hour.

std::string event_document(const EventRow& row, std::string_view record) {
  FieldWriter to;
  to.text(row.fingerprint).text(row.event_id).optional(row.time).text(row.case_id).text(row.actor);
  to.verdict(row.verdict).number(row.risk).text(row.sighting).text(record).number(row.received);
  return to.packed();
}

LatestEvents latest_events(FieldReader& from) {
  LatestEvents latest;
  latest.behind = static_cast<std::uint64_t>(from.number());
  for (std::size_t left = from.count(); left > 0; --left) {
    LatestEvents::Came& came = latest.events.emplace_back();
    came.revision = static_cast<std::uint64_t>(from.number());
    came.sort = from.text();
  }
  return latest;
}

Result<std::string> within_bounds(std::string document, std::string_view what) {
  if (document.size() <= kDocumentMax) return document;
  return fail(ErrorCode::LimitExceeded,
              std::string(what) + " is too large for an item of the shared store");
}

}  // namespace

std::optional<std::string> ActorCases::around(std::optional<UnixSeconds> time, std::int64_t silence,
                                              std::int64_t length) const {
  const Span* best = nullptr;
  for (const Span& span : spans) {
    const bool has_times = span.first && span.last;
    const bool takes = time ? has_times && *span.last >= *time - silence &&
                                  *span.last <= *time + length && *span.first <= *time + silence &&
                                  *span.first >= *time - length
                            : !span.last;
    if (!takes) continue;
    if (best == nullptr || std::tie(best->last, best->id) < std::tie(span.last, span.id)) {
      best = &span;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(best->id);
}

bool ActorCases::put(const Span& span) {
  const auto known = std::find_if(spans.begin(), spans.end(),
                                  [&](const Span& each) { return each.id == span.id; });
  if (known == spans.end()) {
    spans.push_back(span);
    if (spans.size() > kSpansMax) {
      spans.erase(std::min_element(spans.begin(), spans.end(),
                                   [](const Span& a, const Span& b) { return a.last < b.last; }));
    }
    return true;
  }
  if (known->first == span.first && known->last == span.last) return false;
  *known = span;
  return true;
}

void LatestEvents::add(std::uint64_t revision, const std::vector<std::string>& sorts) {
  for (const std::string& sort : sorts) events.push_back({revision, sort});
  if (events.size() <= kLatestMax) return;
  // A revision is known as a whole or not at all.
  behind = events[events.size() - kLatestMax - 1].revision;
  std::erase_if(events, [&](const Came& came) { return came.revision <= behind; });
}

std::optional<std::set<std::string>> LatestEvents::since(std::uint64_t revision) const {
  if (revision < behind) return std::nullopt;
  std::set<std::string> sorts;
  for (const Came& came : events) {
    if (came.revision > revision) sorts.insert(came.sort);
  }
  return sorts;
}

void SpendingBook::add(const store::SpendingRow& spent) {
  std::erase_if(rows, [&](const auto& row) { return row.minute < spent.minute - kSpendingKept; });
  const auto same = std::find_if(rows.begin(), rows.end(), [&](const auto& row) {
    return row.minute == spent.minute && row.model == spent.model;
  });
  if (same == rows.end()) {
    rows.push_back(spent);
    return;
  }
  same->tokens += spent.tokens;
  same->nano_dollars += spent.nano_dollars;
}

std::string to_document(const EventRow& row) {
  std::string document = event_document(row, row.record);
  if (document.size() <= kDocumentMax) return document;
  return event_document(row, R"({"trailwarden":"the record was too large to be kept, )" +
                                 std::to_string(row.record.size()) + R"( bytes"})");
}

Result<EventRow> event_from_document(std::string_view document) {
  FieldReader from = TW_TRY(FieldReader::unpack(document));
  EventRow row;
  row.fingerprint = from.text();
  row.event_id = from.text();
  row.time = from.optional();
  row.case_id = from.text();
  row.actor = from.text();
  row.verdict = from.verdict();
  row.risk = static_cast<std::uint8_t>(from.number());
  row.sighting = from.text();
  row.record = from.text();
  row.received = from.number();
  TW_TRY(from.finish());
  return row;
}

Result<std::string> to_document(const StoredCase& stored) {
  const CaseRow& row = stored.row;
  FieldWriter to;
  to.text(row.id).text(row.actor).text(row.account).optional(row.first).optional(row.last);
  to.verdict(row.local).verdict(row.verdict).number(row.risk);
  to.number(static_cast<std::int64_t>(row.events)).number(static_cast<std::int64_t>(row.revision));
  to.optional(row.notified ? std::optional<std::int64_t>(static_cast<std::int64_t>(*row.notified))
                           : std::nullopt);
  to.text(row.title).text(row.document).text(row.opinion).number(row.updated);
  to.number(static_cast<std::int64_t>(stored.latest.behind));
  to.number(static_cast<std::int64_t>(stored.latest.events.size()));
  for (const LatestEvents::Came& came : stored.latest.events) {
    to.number(static_cast<std::int64_t>(came.revision)).text(came.sort);
  }
  return within_bounds(to.packed(), "a case");
}

Result<StoredCase> case_from_document(std::string_view document) {
  FieldReader from = TW_TRY(FieldReader::unpack(document));
  StoredCase stored;
  CaseRow& row = stored.row;
  row.id = from.text();
  row.actor = from.text();
  row.account = from.text();
  row.first = from.optional();
  row.last = from.optional();
  row.local = from.verdict();
  row.verdict = from.verdict();
  row.risk = static_cast<std::uint8_t>(from.number());
  row.events = static_cast<std::uint64_t>(from.number());
  row.revision = static_cast<std::uint64_t>(from.number());
  if (const auto notified = from.optional()) {
    row.notified = static_cast<triage::Verdict>(std::clamp<std::int64_t>(
        *notified, 0, static_cast<std::int64_t>(triage::Verdict::Dangerous)));
  }
  row.title = from.text();
  row.document = from.text();
  row.opinion = from.text();
  row.updated = from.number();
  stored.latest = from.is_at_end() ? LatestEvents{.behind = row.revision, .events = {}}
                                   : latest_events(from);  // None were noted at first.
  TW_TRY(from.finish());
  return stored;
}

std::string to_document(const ActorCases& cases) {
  FieldWriter to;
  to.text(cases.actor).number(static_cast<std::int64_t>(cases.spans.size()));
  for (const ActorCases::Span& span : cases.spans) {
    to.text(span.id).optional(span.first).optional(span.last);
  }
  return to.packed();
}

Result<ActorCases> actor_from_document(std::string_view document, std::uint64_t version) {
  FieldReader from = TW_TRY(FieldReader::unpack(document));
  ActorCases cases;
  cases.version = version;
  cases.actor = from.text();
  for (std::size_t left = from.count(); left > 0; --left) {
    ActorCases::Span& span = cases.spans.emplace_back();
    span.id = from.text();
    span.first = from.optional();
    span.last = from.optional();
  }
  TW_TRY(from.finish());
  return cases;
}

std::string to_document(const SpendingBook& book) {
  FieldWriter to;
  to.number(static_cast<std::int64_t>(book.rows.size()));
  for (const store::SpendingRow& row : book.rows) {
    to.number(row.minute).text(row.model).number(row.tokens).number(row.nano_dollars);
  }
  return to.packed();
}

Result<SpendingBook> spending_from_document(std::string_view document, std::uint64_t version) {
  FieldReader from = TW_TRY(FieldReader::unpack(document));
  SpendingBook book;
  book.version = version;
  for (std::size_t left = from.count(); left > 0; --left) {
    store::SpendingRow& row = book.rows.emplace_back();
    row.minute = from.number();
    row.model = from.text();
    row.tokens = from.number();
    row.nano_dollars = from.number();
  }
  TW_TRY(from.finish());
  return book;
}

Result<std::string> to_document(const store::AnswerRow& row) {
  return within_bounds(FieldWriter().text(row.shape).text(row.answer).number(row.at).packed(),
                       "an answer");
}

Result<store::AnswerRow> answer_from_document(std::string_view document) {
  FieldReader from = TW_TRY(FieldReader::unpack(document));
  store::AnswerRow row;
  row.shape = from.text();
  row.answer = from.text();
  row.at = from.number();
  TW_TRY(from.finish());
  return row;
}

}  // namespace trailwarden::shared_store
