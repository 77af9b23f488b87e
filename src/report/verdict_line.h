// The machine-readable contract: one line of JSON an event. docs/VERDICTS.md gives the fields.
#pragma once

#include <string>

#include "scan/scan.h"

namespace trailwarden::report {

// The version of the line's schema: fields are only ever added to it.
inline constexpr int kVerdictSchema = 1;

// Appends the event's verdict line and a line feed.
void append_verdict_line(const scan::EventVerdict& verdict, std::string& out);

}  // namespace trailwarden::report
