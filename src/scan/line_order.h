// The order in which events are written: by time (none first), then by event id, then by the rest.
#pragma once

#include <string>
#include <string_view>

#include "triage/sighting.h"

namespace trailwarden::scan {

// A sorter key for `event`; bytes in the order of time and event id.
std::string line_key(const triage::Sighting& event);

// What stands behind the key: the id of the event's case (may be empty), and the event as
// triage::encode() has it.
std::string line_payload(const std::string& case_id, std::string_view event);
struct Line {
  std::string_view case_id;
  std::string_view event;  // As triage::decode() takes it.
};
Line split_payload(std::string_view payload);

// Whether both are copies of one event: repeats that differ only in what verdicts do not show.
bool same_event(const triage::Sighting& left, const triage::Sighting& right);

}  // namespace trailwarden::scan
