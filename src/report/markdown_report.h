// The report as GitHub-flavoured Markdown: for tickets, wikis and pull requests.
#pragma once

#include <string>
#include <string_view>

#include "report/report.h"

namespace trailwarden::report {

std::string render_markdown(const Report& report);

// `text` so that Markdown shows it as it is, on one line, inside tables too: no link, image, tag,
// mention or emphasis comes of it.
std::string escape_markdown(std::string_view text);

}  // namespace trailwarden::report
