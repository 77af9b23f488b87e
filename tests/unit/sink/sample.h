// A notice with something in every member.
#pragma once

#include "sink/notice.h"

namespace trailwarden::sink {

Notice sample_notice();

// Compares `text` with tests/unit/sink/golden/NAME; TW_UPDATE_GOLDEN=1 rewrites it, and git diff is
// the review.
void expect_golden(const std::string& name, const std::string& text);

}  // namespace trailwarden::sink
