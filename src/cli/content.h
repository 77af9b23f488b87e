// Rules, suppressions and patterns from where the user keeps them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options.h"
#include "engine/engine.h"

namespace trailwarden::cli {

// The whole file; "-" is not special here. Error: it cannot be read.
Result<std::string> read_file(const std::string& path);

// The rule texts at `path`: a file, or all .yml and .yaml files below a folder, in order of name.
Result<std::vector<engine::RuleText>> read_rules(const std::string& path);

// What scan and explain judge with: --rules, --no-builtin-rules, --suppress, --pattern.
Result<engine::Content> content_of(const Request& request);

}  // namespace trailwarden::cli
