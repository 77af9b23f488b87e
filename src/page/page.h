// The page that reports and the dashboard show: the committed bundle of dashboard/, embedded at
// build time, and the escaping that makes JSON safe inside it.
#pragma once

#include <string>
#include <string_view>

namespace trailwarden::page {

// The bundle, split at the place of its data. head + escaped JSON + tail is a whole HTML document;
// the views live as long as the program. dashboard/README.md describes the JSON (schema 1).
struct Page {
  std::string_view head;
  std::string_view tail;
};

// The embedded page. With nothing between head and tail it fetches /api/report instead.
Page page_template();

// Appends `json` to `out` so that it can stand between head and tail: '<', '>', '&', U+2028 and
// U+2029 become \uXXXX, hence no "</script>" and no "<!--" in a value can end the element. `json`
// must be valid JSON (there, these characters stand in strings only); the value stays the same.
void write_embedded_json(std::string_view json, std::string& out);

}  // namespace trailwarden::page
