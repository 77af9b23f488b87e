// Where this program keeps what lasts from one run to the next, for one user.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/utc_time.h"

namespace trailwarden::cli {

// $XDG_STATE_HOME/trailwarden, or ~/.local/state/trailwarden, made if it is not there (XDG Base
// Directory Specification). Error: Usage, there is neither; Io, it cannot be made.
Result<std::filesystem::path> state_folder();

// What an interrupted digest left is gone on with for so long (in seconds); after that its period
// is another.
inline constexpr UnixSeconds kLeftBehindLife = UnixSeconds{2} * 86'400;

}  // namespace trailwarden::cli
