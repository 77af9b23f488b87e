// What one digest leaves in the store for the next: "changes since the last digest" is told from
// it.
#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "cli/options.h"
#include "digest/facts.h"
#include "store/store.h"

namespace trailwarden::cli {

class DigestMemory {
 public:
  // The store of --store, also while watch writes to it; without the option a memory that holds
  // nothing. Digests of other inputs are other digests. Error: the store's, or what it holds is no
  // summary.
  static Result<DigestMemory> open(const Request& request);

  // Of the last digest; nullptr: there is none.
  const digest::Facts* before() const { return before_ ? &*before_ : nullptr; }
  // For the next digest. Error: the store's.
  Result<void> keep(const digest::Facts& facts) const;

 private:
  std::unique_ptr<store::Store> store_;
  std::string name_;
  std::optional<digest::Facts> before_;
};

}  // namespace trailwarden::cli
