// Data to stdout, everything else to stderr.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace trailwarden::cli {

// Writes to stdout at once. False when that cannot be done; a closed pipe counts as done.
bool write_out(std::string_view text);

// Whether the reader of stdout has gone away: more output has no use.
bool output_closed();

// One line to stderr, "trailwarden: …", made safe for a terminal; answers `status`.
int complain(std::string_view message, int status);
int complain(const Error& error, int status);

// Whether a progress line stands on stderr: complain() clears it first. From any thread.
void set_status_line(bool shown);

// Whether to colour what goes to this descriptor: a terminal, NO_COLOR unset or empty
// (no-color.org), TERM not "dumb".
bool wants_colours(int descriptor);

}  // namespace trailwarden::cli
