// From what the workers kept to the result: cases, tables, the timeline, and the events in order.
#pragma once

#include "scan/scan.h"
#include "scan/worker.h"

namespace trailwarden::scan {

// `all` holds what every worker made. Calls `on_event` as `options.lines` asks.
Result<ScanResult> assemble(Worker& all, const sigma::RuleSet& rules, const ScanOptions& options,
                            const OnEvent& on_event);

}  // namespace trailwarden::scan
