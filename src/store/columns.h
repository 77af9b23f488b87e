// Which columns make which row, in one place for reading and writing.
#pragma once

#include "store/database.h"
#include "store/rows.h"

namespace trailwarden::store {

// Verdicts and states outside of their range (the CHECKs of the tables forbid them) end the
// program's knowledge of a row: they are read as the nearest there is.
EventRow read_event(const Query& from);
CaseRow read_case(const Query& from);
OutboxRow read_message(const Query& from);

// The columns' names in the order of the functions above. Macros, for SQL is put together by the
// compiler: statements are literals. A limit is bound as it is: one beyond SQLite's signed numbers
// becomes negative, which SQLite takes for none.
#define TW_EVENT_COLUMNS \
  "fingerprint, event_id, time, case_id, actor, verdict, risk, sighting, record, received"
#define TW_CASE_COLUMNS                                                                        \
  "id, actor, account, first, last, local, verdict, risk, events, revision, notified, title, " \
  "document, opinion, updated"
#define TW_MESSAGE_COLUMNS                                                                    \
  "id, key, sink, case_id, kind, notice, state, attempts, created, due, first_tried, tried, " \
  "sent, reference, reason"

}  // namespace trailwarden::store
