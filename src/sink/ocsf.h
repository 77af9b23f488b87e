// A notice as an OCSF event. Source of fact: schema.ocsf.io 1.8.0, class Detection Finding (2004)
// with the profile Cloud.
#pragma once

#include <string>
#include <string_view>

#include "sink/notice.h"

namespace trailwarden::sink {

// One line of JSON without a line feed. `key` becomes metadata.uid: the same for repeats of one
// notice. `time` is that of the case's last event: when a notice is sent is no part of it.
std::string ocsf_finding(const Notice& notice, std::string_view key);

}  // namespace trailwarden::sink
