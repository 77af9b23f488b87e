// trailwarden.yaml: options under the same names as on the command line.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace trailwarden::cli {

using Config = std::map<std::string, std::vector<std::string>, std::less<>>;

// Reads `path`: a map of option names to a value or a list of values. A missing file is an empty
// Config. Error: it is no such map, or names an option that no command has (with its line).
Result<Config> read_config(const std::string& path);

}  // namespace trailwarden::cli
