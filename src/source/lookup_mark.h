// How far LookupEvents was read, for the next run to go on from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/utc_time.h"

namespace trailwarden::source {

struct LookupMark {
  // Every event before this time was handled, and had time enough to appear.
  UnixSeconds until = 0;
  // Events at or behind it that were handled as well: hashes of their ids, and their times.
  std::map<std::uint64_t, UnixSeconds> seen{};

  bool operator==(const LookupMark&) const = default;
};

using LookupMarks = std::map<std::string, LookupMark, std::less<>>;  // By region.

// {"schema":1,"regions":{"eu-north-1":{"until":1790000000,"seen":{"00f3…":1790000001}}}}
std::string to_json(const LookupMarks& marks);
// Error: Decode, not what to_json() writes.
Result<LookupMarks> parse_lookup_marks(std::string_view text);

}  // namespace trailwarden::source
