// Letters of names that are compared without regard to case: header fields, settings, booleans.
#pragma once

#include <string>
#include <string_view>

namespace trailwarden::aws {

// ASCII letters only: whatever the locale, no other byte changes.
std::string ascii_lower(std::string_view text);
std::string ascii_upper(std::string_view text);

}  // namespace trailwarden::aws
