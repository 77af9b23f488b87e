// A notice as the line that leaves the house: what to_json() writes, with the key that tells
// repeats.
#pragma once

#include <string>
#include <string_view>

#include "sink/notice.h"

namespace trailwarden::sink {

// One line of JSON without a line feed: "key" first, then the members of to_json(notice).
std::string keyed_json(const Notice& notice, std::string_view key);

}  // namespace trailwarden::sink
