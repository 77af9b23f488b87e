// What `watch` and `lambda` are made of alike.
#pragma once

#include <string_view>

#include "cli/options.h"
#include "engine/engine.h"
#include "store/store.h"
#include "watch/log.h"
#include "watch/policy.h"

namespace trailwarden::cli {

// With the rules and the pattern that the request names; what does not load is told on stderr.
Result<engine::Engine> compiled_engine(const Request& request);

// --min-verdict.
watch::Policy policy_of(const Request& request);

// --log, or `otherwise`.
watch::LogForm log_form(const Request& request, watch::LogForm otherwise);

// Milliseconds since 1970.
store::UnixMillis wall_clock();

// From [0, 1), different in every thread.
double chance();

// To stderr, whole.
void write_line(std::string_view line);

}  // namespace trailwarden::cli
