// Which times have digests and log files, and which should have.
#pragma once

#include <vector>

#include "integrity/chain.h"
#include "integrity/findings.h"

namespace trailwarden::integrity {

// What one digest, or a time without one, says of its time.
struct Span {
  UnixSeconds from, to;
  Coverage coverage;
  bool trusted = false;  // A digest that is not rejected names all log files of that time.
  std::uint64_t log_files = 0;
};

// A digest of a chain, with how many of its log files are not as they should be.
struct CoveredHour {
  const Node* node;
  std::uint64_t log_problems = 0;
};

// The spans of a chain (no backfill), in time order, from its judged digests that stand, oldest
// first: those of the digests and those between them.
std::vector<Span> spans_of(const std::vector<CoveredHour>& hours);

// Neighbours of equal coverage made one.
std::vector<Stretch> stretches_of(const std::vector<Span>& spans);

// Adds what other regions of the same trail and account have and a chain lacks at its ends: a
// region whose digests begin later or end earlier than those of the others. Digests of different
// regions end at different minutes, so an hour and a quarter are nothing.
void compare_regions(std::vector<ChainReport>& chains);

}  // namespace trailwarden::integrity
