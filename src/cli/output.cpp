#include "cli/output.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "report/terminal.h"

namespace trailwarden::cli {
namespace {

bool closed = false;
std::atomic<bool> has_status_line{false};

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

bool write_out(std::string_view text) {
  if (closed) return true;
  if (write_all(STDOUT_FILENO, text)) return true;
  closed = errno == EPIPE;
  return closed;
}

bool output_closed() { return closed; }

int complain(std::string_view message, int status) {
  const std::string clear = has_status_line ? "\r\x1b[2K" : "";
  write_all(STDERR_FILENO, clear + "trailwarden: " + report::printable(message) + "\n");
  return status;
}

int complain(const Error& error, int status) { return complain(to_string(error), status); }

void set_status_line(bool shown) { has_status_line = shown; }

bool wants_colours(int descriptor) {
  // NOLINTBEGIN(concurrency-mt-unsafe): nobody changes the environment
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  // NOLINTEND(concurrency-mt-unsafe)
  const bool refused = no_color != nullptr && *no_color != '\0';
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  return !refused && !dumb && ::isatty(descriptor) == 1;
}

}  // namespace trailwarden::cli
