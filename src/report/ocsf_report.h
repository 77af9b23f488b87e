// The cases as OCSF Detection Findings, for data lakes: docs/SINKS.md.
#pragma once

#include <string>

#include "report/report.h"

namespace trailwarden::report {

// A line of JSON for each case of the report; the same case gives the same line.
std::string render_ocsf(const Report& report);

}  // namespace trailwarden::report
