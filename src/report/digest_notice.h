// A digest as a notice: what sinks tell of it.
#pragma once

#include <string>

#include "digest/page.h"
#include "sink/notice.h"

namespace trailwarden::report {

// What a page does not know of itself.
struct DigestNews {
  std::string id;     // The digest's own: receivers know repeats by it.
  std::string url{};  // Where the whole page is; empty: nowhere.
  std::string footer{};
};

// The page's sections in its order, then what it is broken down by, its tables and its accounting.
sink::Notice digest_notice(const digest::Page& page, DigestNews news);

}  // namespace trailwarden::report
