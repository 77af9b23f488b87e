// The machine-readable contract: one line of JSON an event. docs/VERDICTS.md gives the fields.
#pragma once

#include <string>

#include "analyst/consult.h"
#include "scan/scan.h"

namespace trailwarden::report {

// The version of the line's schema: fields are only ever added to it.
inline constexpr int kVerdictSchema = 1;

// Appends the event's verdict line and a line feed. `consulted`: what a model said of the event's
// case, or nullptr. The case's verdict is the one with the opinion then, `case_rules_verdict` that
// by rules alone, and an event that the model cites (every event of the case, where it cites none)
// has one more finding, of kind analyst.
void append_verdict_line(const scan::EventVerdict& verdict, std::string& out,
                         const analyst::Consulted* consulted = nullptr);

}  // namespace trailwarden::report
