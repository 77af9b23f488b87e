// Rules against the example events that stand beside them.
#pragma once

#include <string>
#include <vector>

namespace trailwarden::cli {

// For each rule file of `paths`, runs the events of NAME.events.json: {"fires":[record, …],
// "near_misses":[{"why":"…","event":record}, …]}. Prints each that went wrong and a closing line;
// answers the exit status.
int test_rules(const std::vector<std::string>& paths);

}  // namespace trailwarden::cli
