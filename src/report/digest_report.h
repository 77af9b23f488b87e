// A digest's page for each medium.
#pragma once

#include <string>

#include "digest/page.h"

namespace trailwarden::report {

// For a terminal or a plain e-mail: 80 columns, no colours.
std::string render_digest_text(const digest::Page& page);

std::string render_digest_markdown(const digest::Page& page);

// One self-contained document for e-mail as for a browser: tables and inline styles, nothing loaded
// from elsewhere, no script.
std::string render_digest_html(const digest::Page& page);

}  // namespace trailwarden::report
