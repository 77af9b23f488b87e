// One pass over a JSON value in document order: fills a projection, or looks at its members.
#pragma once

#include <cstdint>
#include <string_view>

#include "json/projected.h"
#include "json/projection.h"
#include "json/structural_index.h"

namespace trailwarden::json {

enum class WalkStatus : std::uint8_t {
  Complete,    // The value was read to its end.
  Incomplete,  // The text ends (or its index stopped at a fault) before the value does.
  Malformed,   // The text is not JSON at `offset`.
};

struct WalkResult {
  WalkStatus status = WalkStatus::Complete;
  std::uint32_t next_token = 0;  // Complete: the token behind the value.
  std::uint32_t offset = 0;      // Complete: end of the value's text; Malformed: where it broke.
  const char* problem = "";      // Malformed: what was wrong, a clause with static life.
};

// Walks the value that begins at token number `token` and adds what `projection` asks for to
// `found` (which is not cleared). Values that nobody asked for are skipped by bracket depth and
// not checked against the grammar.
WalkResult project(const StructuralIndex& index, std::uint32_t token, const Projection& projection,
                   Projected& found);

// Skips the value that begins at `token`.
WalkResult skip(const StructuralIndex& index, std::uint32_t token);

// Calls visit(name, value_token) -> bool for each member of the object at `token`, in document
// order, until it answers false. `name` is the raw text between the quotes.
template <class Visit>
WalkResult for_each_member(const StructuralIndex& index, std::uint32_t token, Visit&& visit);

// Resolves JSON string escapes: appends to `out`. `raw` is what stands between the quotes.
void unescape(std::string_view raw, std::string& out);

}  // namespace trailwarden::json
