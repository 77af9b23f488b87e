// What sinks need of the world around them.
#pragma once

#include "cli/options.h"
#include "sink/means.h"

namespace trailwarden::cli {

// Proxies and secrets of the environment; AWS only when a sink or a secret is there.
sink::Means sink_means(const Request& request);

}  // namespace trailwarden::cli
