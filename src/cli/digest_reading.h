// What a digest is made from: inputs that were read, judged and folded.
#pragma once

#include <optional>
#include <stop_token>

#include "base/result.h"
#include "cli/options.h"
#include "digest/collect.h"
#include "digest/fold.h"
#include "digest/local.h"
#include "engine/engine.h"
#include "scan/scan.h"

namespace trailwarden::cli {

// --since, --until and --threads as a digest has them. Error: Usage.
Result<scan::ScanOptions> digest_options(const Request& request);

// Folded by user, and by what else the user asked for.
struct DigestReading {
  scan::ScanResult result;
  digest::Folded by_user;
  std::optional<digest::Folded> by_other;
  digest::Collected collected;
};

// Reads the inputs of `request` as its options say. Error: as open_feed() and scan::scan().
Result<DigestReading> read_for_digest(const Request& request, const engine::Engine& engine,
                                      const scan::ScanOptions& options, scan::Progress& progress,
                                      const std::stop_token& stop);

// `reading` and `before` outlive what is answered. `before`: as digest::Material has it.
digest::Material material_of(const Request& request, const DigestReading& reading,
                             const digest::Facts* before);

}  // namespace trailwarden::cli
