#include "cli/state_folder.h"

#include <system_error>

#include "cli/aws_session.h"

namespace trailwarden::cli {

namespace fs = std::filesystem;

Result<fs::path> state_folder() {
  const auto state = variable("XDG_STATE_HOME");
  const auto home = variable("HOME");
  if (!state && !home) {
    return fail(ErrorCode::Usage,
                "there is no HOME to keep what was done in: name a file with --checkpoint");
  }
  const fs::path folder =
      (state ? fs::path(*state) : fs::path(*home) / ".local" / "state") / "trailwarden";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorCode::Io, "cannot be made: " + error.message(), folder.string());
  return folder;
}

}  // namespace trailwarden::cli
