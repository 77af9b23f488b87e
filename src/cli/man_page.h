// docs/trailwarden.1, made from the table of commands.
#pragma once

#include <string>

namespace trailwarden::cli {

// The page as roff source with the macros of man(7).
std::string render_man_page();

}  // namespace trailwarden::cli
