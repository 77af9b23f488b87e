// Why a verdict was given: every finding with its evidence, for a terminal.
#pragma once

#include <string>

#include "scan/scan.h"
#include "triage/case.h"

namespace trailwarden::report {

// The event, its findings with their reasons, and the record as JSON.
std::string explain_event(const scan::EventVerdict& verdict);

// The case's story, its findings with their reasons, and all its events.
std::string explain_case(const triage::Case& found);

}  // namespace trailwarden::report
