// A rule's predicates before the matcher hears of them: a rule is checked as a whole first, so that
// one that is refused leaves nothing behind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "match/matcher.h"
#include "match/predicate.h"

namespace trailwarden::sigma {

struct DraftPredicate {
  std::string path;   // "userIdentity.type"; empty: the whole record.
  match::Test test;   // Of a LikeField, `other` is not set yet: it is…
  std::string other;  // …this path.
};

// Expressions of a draft use the indices of its predicates for PredicateIds.
class Draft {
 public:
  match::Expression holds(DraftPredicate predicate);

  // Adds the predicates that `expression` uses to the builder and gives the expression in its ids.
  Result<match::Expression> commit(const match::Expression& expression,
                                   match::MatcherBuilder& builder) const;

 private:
  Result<match::PredicateId> add(const DraftPredicate& predicate,
                                 match::MatcherBuilder& builder) const;

  std::vector<DraftPredicate> predicates_;
};

// How many nodes an expression has.
std::size_t size_of(const match::Expression& expression);

}  // namespace trailwarden::sigma
