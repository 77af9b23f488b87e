#include "store/columns.h"

#include <algorithm>

namespace trailwarden::store {
namespace {

triage::Verdict verdict(std::uint8_t number) {
  return static_cast<triage::Verdict>(
      std::min(number, static_cast<std::uint8_t>(triage::Verdict::Dangerous)));
}

OutboxState state(std::uint8_t number) {
  return static_cast<OutboxState>(std::min(number, static_cast<std::uint8_t>(OutboxState::Dead)));
}

}  // namespace

std::string_view to_string(OutboxState state) {
  switch (state) {
    case OutboxState::Pending:
      return "pending";
    case OutboxState::Sending:
      return "sending";
    case OutboxState::Sent:
      return "sent";
    case OutboxState::Dead:
      break;
  }
  return "dead";
}

EventRow read_event(const Query& from) {
  EventRow row;
  std::uint8_t verdict_number = 0;
  from.read(row.fingerprint, row.event_id, row.time, row.case_id, row.actor, verdict_number,
            row.risk, row.sighting, row.record, row.received);
  row.verdict = verdict(verdict_number);
  return row;
}

CaseRow read_case(const Query& from) {
  CaseRow row;
  std::uint8_t local = 0;
  std::uint8_t final = 0;
  std::optional<std::uint8_t> notified;
  from.read(row.id, row.actor, row.account, row.first, row.last, local, final, row.risk, row.events,
            row.revision, notified, row.title, row.document, row.opinion, row.updated);
  row.local = verdict(local);
  row.verdict = verdict(final);
  if (notified) row.notified = verdict(*notified);
  return row;
}

OutboxRow read_message(const Query& from) {
  OutboxRow row;
  std::uint8_t number = 0;
  from.read(row.id, row.key, row.sink, row.case_id, row.kind, row.notice, number, row.attempts,
            row.created, row.due, row.first_tried, row.tried, row.sent, row.reference, row.reason);
  row.state = state(number);
  return row;
}

}  // namespace trailwarden::store
