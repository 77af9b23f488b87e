// What lasts, as values: one struct a table of the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/utc_time.h"
#include "triage/verdict.h"

namespace trailwarden::store {

// Milliseconds since 1970-01-01T00:00:00Z, by this machine's clock.
using UnixMillis = std::int64_t;

// An event with at least one finding.
struct EventRow {
  std::string fingerprint;  // Its identity: what a second delivery of it has as well.
  std::string event_id;     // As in the record; not unique (two accounts, hostile ids).
  std::optional<UnixSeconds> time;
  std::string case_id;
  std::string actor;
  triage::Verdict verdict = triage::Verdict::Safe;
  std::uint8_t risk = 0;
  std::string sighting;  // JSON: what a case is rebuilt from.
  std::string record;    // The record itself, as JSON.
  UnixMillis received = 0;
};

// A case as it stands.
struct CaseRow {
  std::string id;
  std::string actor, account;
  std::optional<UnixSeconds> first, last;
  triage::Verdict local = triage::Verdict::Safe;    // By rules alone.
  triage::Verdict verdict = triage::Verdict::Safe;  // With the model's opinion, if there is one.
  std::uint8_t risk = 0;
  std::uint64_t events = 0;
  std::uint64_t revision = 0;               // Counts its changes, from 1.
  std::optional<triage::Verdict> notified;  // The gravest verdict that sinks were told.
  std::string title;
  std::string document;  // JSON: all that a page or a message shows.
  std::string opinion;   // JSON of the model's answer, or empty.
  UnixMillis updated = 0;
};

enum class OutboxState : std::uint8_t {
  Pending,  // To be sent when it is due.
  Sending,  // An attempt began: behind a crash nobody knows whether it arrived.
  Sent,
  Dead,  // Given up, with the reason.
};

// "pending", "sending", "sent", "dead"
std::string_view to_string(OutboxState state);

// One message to one sink.
struct OutboxRow {
  std::int64_t id = 0;  // Given by the store, ascending.
  std::string key;      // Idempotency key: unique, the same in every attempt.
  std::string sink;     // sink::Sink::name.
  std::string case_id;
  std::string kind;    // sink::NoticeKind as text.
  std::string notice;  // JSON: sink::Notice.
  OutboxState state = OutboxState::Pending;
  std::uint32_t attempts = 0;
  UnixMillis created = 0;
  UnixMillis due = 0;
  std::optional<UnixMillis> first_tried;  // When the first attempt began …
  std::optional<UnixMillis> tried;        // … and the last one.
  std::optional<UnixMillis> sent;
  std::string reference;  // The sink's name of what arrived: Slack's ts, an SNS message id.
  std::string reason;     // Of the last failure.
};

// What was spent on a model in one minute. Sums of changes: negative ones give back what had been
// reserved.
struct SpendingRow {
  UnixSeconds minute = 0;  // Its beginning.
  std::string model;
  std::int64_t tokens = 0;
  std::int64_t nano_dollars = 0;
};

// A model's answer that may be used again for evidence of the same shape.
struct AnswerRow {
  std::string shape;   // Hash of the evidence's shape, the prompt and the model.
  std::string answer;  // JSON.
  UnixMillis at = 0;
};

// An object of a bucket that was read: what source::ReadObject says.
struct ReadObjectRow {
  std::uint64_t object = 0;
  std::int64_t day = 0;  // Days since 1970-01-01.
};

}  // namespace trailwarden::store
