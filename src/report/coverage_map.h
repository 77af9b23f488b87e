// Which hours have digests and log files, as a map of characters.
#pragma once

#include <string>
#include <vector>

#include "integrity/findings.h"
#include "report/terminal.h"

namespace trailwarden::report {

// One line a region, under a heading for each account and trail, and a legend of the characters
// that occur. Empty: nothing to show.
std::vector<std::string> coverage_map(const std::vector<integrity::ChainReport>& chains,
                                      const Paint& paint);

}  // namespace trailwarden::report
