#include "match/program.h"

#include <memory>

namespace trailwarden::match {

// Threads that come here at once each compile it, and one result is kept.
const CompiledPredicate& LazyPredicate::compile(const Predicate& source) const {
  auto mine = std::make_unique<const CompiledPredicate>(CompiledPredicate::compile(source).value());
  const CompiledPredicate* theirs = nullptr;
  if (compiled_.compare_exchange_strong(theirs, mine.get(), std::memory_order_acq_rel)) {
    return *mine.release();
  }
  return *theirs;
}

}  // namespace trailwarden::match
