// From what the workers kept to the result: cases, tables, the timeline, and the events in order.
#pragma once

#include "scan/scan.h"
#include "scan/totals.h"

namespace trailwarden::scan {

// `all` holds what every worker added up. Calls `on_event` as `options.lines` asks.
Result<ScanResult> assemble(Totals& all, const sigma::RuleSet& rules, const ScanOptions& options,
                            const OnEvent& on_event);

}  // namespace trailwarden::scan
