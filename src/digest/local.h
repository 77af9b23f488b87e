// A page without a model or a network: from counts, cases and their findings. The same events
// always give the same words.
#pragma once

#include <optional>

#include "digest/facts.h"
#include "digest/page.h"

namespace trailwarden::digest {

// All that is known of the period. Borrowed.
struct Material {
  const scan::ScanResult& result;
  const Collected& collected;
  const Folded& by_user;
  Dimension by = Dimension::All;
  const Folded& by_group;         // By `by`; not read for Dimension::All.
  const Facts* before = nullptr;  // Of the digest before; nullptr: there is none.
};

Page write_locally(const Material& material);

}  // namespace trailwarden::digest
