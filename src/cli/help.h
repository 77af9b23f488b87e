// What --help prints, made from the table of commands: 80 columns, options under their headings.
#pragma once

#include <string>
#include <string_view>

namespace trailwarden::cli {

// What the program is, for --help and the man page.
inline constexpr std::string_view kWhatItIs =
    "Trailwarden reads AWS CloudTrail logs and says which activity is dangerous, which is safe, "
    "where it is not sure, and why.";

// `command` is the name of a command ("rules list"), of a group of commands ("rules"), or empty for
// the whole program.
std::string render_help(std::string_view command);

}  // namespace trailwarden::cli
