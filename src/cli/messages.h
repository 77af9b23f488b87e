// What several commands tell on stderr, and the requests they read alike.
#pragma once

#include "cli/options.h"
#include "scan/result.h"
#include "sigma/rule.h"

namespace trailwarden::cli {

// One line for each of the first problems that the reader met, and how many there were more.
void print_problems(const scan::Problems& problems);

// One line for each rule that was not loaded or was with a warning.
void print_remarks(const sigma::RuleSet& rules);

// --threads, or as many as there are processors.
unsigned threads_of(const Request& request);

}  // namespace trailwarden::cli
