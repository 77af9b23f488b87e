#include <cstdio>

#include "cli/commands.h"
#include "cli/content.h"
#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "pattern/pattern.h"
#include "scan/match_events.h"

namespace trailwarden::cli {
namespace {

constexpr int kNoneMatched = 1;  // As grep has it.

// A pattern is JSON when it begins like an object; else it is the name of a file that holds it.
Result<std::string> pattern_of(const Request& request) {
  const std::string value = request.text("pattern");
  if (value.empty()) return fail(ErrorCode::Usage, "--pattern is missing");
  const std::size_t first = value.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && value[first] == '{') return value;
  return read_file(value);
}

pattern::Subject subject_of(const Request& request) {
  return request.has("raw") ? pattern::Subject::Raw : pattern::Subject::CloudTrail;
}

int check(const Request& request, const std::string& pattern) {
  match::MatcherBuilder builder;
  const auto compiled = pattern::compile(pattern, subject_of(request), builder);
  if (!compiled) return complain(compiled.error(), kUsage);
  std::string text;
  if (!request.has("raw")) {
    for (const pattern::Warning& warning : pattern::lint(pattern)) {
      text += "warning: " + warning.path + ": " + warning.message + "\n";
    }
  }
  text += "the pattern is valid\n";
  return write_out(text) ? kDone : kFailed;
}

}  // namespace

int run_match(const Request& request) {
  const auto pattern = pattern_of(request);
  if (!pattern) return complain(pattern.error(), kUsage);
  if (request.has("check")) return check(request, *pattern);
  if (request.inputs.empty()) return complain("an input is missing (- is stdin)", kUsage);

  const Interrupt interrupt;
  scan::Progress progress;
  const scan::MatchOptions options{
      .pattern = *pattern,
      .subject = subject_of(request),
      .threads = threads_of(request),
      .count_only = request.has("count"),
  };
  const auto feed =
      open_feed(request, {.inputs = request.inputs, .order = cloudtrail::FeedOrder::Given},
                progress.feed, interrupt.token());
  if (!feed) return complain(feed.error(), kFailed);
  const auto emit = [](std::string_view lines) { return write_out(lines) && !output_closed(); };
  const auto result = [&] {
    const ProgressLine line(progress);
    return scan::match_events(options, **feed, progress, interrupt.token(), emit);
  }();
  if (!result) {
    if (interrupt.token().stop_requested()) return complain(result.error(), kInterrupted);
    return complain(result.error(), result.error().code == ErrorCode::Syntax ? kUsage : kFailed);
  }
  print_problems(result->problems);
  if (request.has("count")) write_out(std::to_string(result->matched) + "\n");
  return result->matched != 0 ? kDone : kNoneMatched;
}

}  // namespace trailwarden::cli
