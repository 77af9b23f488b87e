// A digest's page within the bounds of a medium.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "sink/notice.h"

namespace trailwarden::sink {

// As much of the page as `fits` takes, from the front; `fits` takes whatever is shorter than what
// it takes. It ends between two sections, or, where not even the first has room, between two of
// its points. `left_out` counts what is not there.
NoticePage fitted(const NoticePage& page, const std::function<bool(const NoticePage&)>& fits);

// How many lines are left out, and where the whole page is; one of both, or empty.
std::string left_out_line(const NoticePage& page);

// The page as plain text for an e-mail: title, how it stands, sections with their points.
std::string page_text(const Notice& notice);

}  // namespace trailwarden::sink
