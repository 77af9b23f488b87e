// Which notices are for a sink: "from this verdict up, of these accounts".
#pragma once

#include <string>
#include <vector>

#include "sink/notice.h"

namespace trailwarden::sink {

struct Route {
  triage::Verdict least = triage::Verdict::Uncertain;
  std::vector<std::string> accounts{};  // Empty: all.

  bool operator==(const Route&) const = default;
};

// Whether one of `routes` takes the notice. The verdict that counts is the graver one of what it is
// and what it was: whoever was told of a case is told that it is over as well. A test is for all.
bool is_for(const std::vector<Route>& routes, const Notice& notice);

}  // namespace trailwarden::sink
