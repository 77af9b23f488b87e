// Wildcard texts: EventBridge's wildcard and Sigma's * and ?.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "match/predicate.h"

namespace trailwarden::match {

// A Glob laid out for matching: the segments between its runs.
class CompiledGlob {
 public:
  explicit CompiledGlob(const Glob& glob);

  // Whether the glob covers all of `text`. Each segment is sought once, from left to right, behind
  // the one before: that is enough, because whatever an earlier run could still absorb, a later
  // one can. O(text * glob) at worst, no recursion, no allocation. A single character (?) is one
  // UTF-8 character. Semantics: aws/event-ruler README, "Wildcard matching".
  bool matches(std::string_view text) const;

 private:
  struct Piece {  // `ones` single characters, then `literal`.
    std::size_t ones = 0;
    std::string literal;
  };
  struct Segment {
    std::vector<Piece> pieces;
  };

  static std::size_t match_at(const Segment& segment, std::string_view text, std::size_t begin);
  static std::size_t match_before(const Segment& segment, std::string_view text, std::size_t end);
  static std::size_t find(const Segment& segment, std::string_view text, std::size_t from);

  std::vector<Segment> segments_;  // At least one; between two of them lies a run.
};

}  // namespace trailwarden::match
