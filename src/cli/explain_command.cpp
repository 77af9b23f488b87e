#include <optional>

#include "cli/commands.h"
#include "cli/content.h"
#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "report/explanation.h"
#include "scan/scan.h"

namespace trailwarden::cli {

int run_explain(const Request& request) {
  if (request.inputs.size() < 2) return complain("an id and then an input are needed", kUsage);
  const std::string& id = request.inputs.front();
  const auto content = content_of(request);
  if (!content) return complain(content.error(), kFailed);
  const auto engine = engine::Engine::compile(*content);
  if (!engine) return complain(engine.error(), kFailed);

  const Interrupt interrupt;
  scan::Progress progress;
  const scan::ScanOptions options{
      .since = {},
      .until = {},
      .threads = threads_of(request),
      .lines = scan::Lines::All,
      .keep_raw = true,
  };
  const auto feed =
      open_feed(request, {.inputs = {request.inputs.begin() + 1, request.inputs.end()}},
                progress.feed, interrupt.token());
  if (!feed) return complain(feed.error(), kFailed);
  std::string text;
  const auto on_event = [&](const scan::EventVerdict& verdict) {
    if (verdict.event.event_id == id) text += report::explain_event(verdict);
  };
  const auto result = [&] {
    const ProgressLine line(progress);
    return scan::scan(*engine, options, **feed, progress, interrupt.token(), on_event);
  }();
  if (!result) {
    return complain(result.error(), interrupt.token().stop_requested() ? kInterrupted : kFailed);
  }
  for (const triage::Case& found : result->cases) {
    if (found.id == id) text += report::explain_case(found);
  }
  if (text.empty()) return complain("no event and no case has the id " + id, kFailed);
  return write_out(text) ? kDone : kFailed;
}

}  // namespace trailwarden::cli
