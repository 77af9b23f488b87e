// The order in which events are written: by time (none first), then by event id, then by the rest.
#pragma once

#include <string>

#include "triage/sighting.h"

namespace trailwarden::scan {

// A sorter key for `event`; bytes in the order of time and event id.
std::string line_key(const triage::Sighting& event);

// Whether both are copies of one event: repeats that differ only in what verdicts do not show.
bool same_event(const triage::Sighting& left, const triage::Sighting& right);

}  // namespace trailwarden::scan
