// The report for a person at a terminal: 80 columns, colours only where they are wanted.
#pragma once

#include <string>

#include "report/report.h"

namespace trailwarden::report {

std::string render_text(const Report& report, bool colours);

}  // namespace trailwarden::report
