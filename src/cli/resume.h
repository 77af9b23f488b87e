// scan --checkpoint: what a run that was killed goes on with.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/options.h"
#include "engine/engine.h"
#include "scan/checkpoint.h"
#include "scan/scan.h"

namespace trailwarden::cli {

// The checkpoint of --checkpoint, begun or gone on with; nullptr without that option. `options`
// gets it, and the period with which it was begun. Error: scan::Checkpoint::open()'s.
Result<std::unique_ptr<scan::Checkpoint>> open_checkpoint(const Request& request,
                                                          const engine::Content& content,
                                                          scan::ScanOptions& options);

}  // namespace trailwarden::cli
