#include <optional>

#include "cli/commands.h"
#include "cli/content.h"
#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/shared_table.h"
#include "report/explanation.h"
#include "report/format.h"
#include "scan/scan.h"
#include "store/store.h"
#include "watch/case_book.h"
#include "watch/sighting_json.h"

namespace trailwarden::cli {
namespace {

using report::explain_case;
using report::explain_event;

std::string verdicts_of(const store::CaseRow& row) {
  return "told as " + std::string(to_string(row.verdict)) +
         " (by rules alone: " + std::string(to_string(row.local)) + "), last changed " +
         report::moment(row.updated / 1000) + " UTC\n";
}

// What follows is judged again, by the rules of today: what they say now is what is explained.

// The case of this id; empty: there is none.
Result<std::string> case_from(const store::LiveStore& store, const sigma::RuleSet& rules,
                              const std::string& id) {
  const auto row = TW_TRY(store.find_case(id));
  if (!row) return std::string();
  const watch::RuleNumbers numbers(rules);
  const watch::CaseBook book(rules, numbers, store, 1);
  return explain_case(TW_TRY(book.whole(*row))) + verdicts_of(*row);
}

// The events of this id; empty: there is none.
Result<std::string> events_from(const store::Store& store, const sigma::RuleSet& rules,
                                const std::string& id) {
  const watch::RuleNumbers numbers(rules);
  std::string text;
  for (store::EventRow& row : TW_TRY(store.events_by_id(id))) {
    triage::Sighting event = TW_TRY(watch::sighting_from_json(row.sighting, numbers));
    event.raw = std::move(row.record);
    const auto its_case = TW_TRY(store.find_case(row.case_id));
    text += explain_event({.event = event,
                           .judgement = triage::judge(event, rules),
                           .case_id = row.case_id,
                           .case_verdict = its_case ? its_case->verdict : row.verdict});
  }
  return text;
}

// Error: nothing has this id.
Result<std::string> text_from_store(const Request& request, const sigma::RuleSet& rules,
                                    const std::string& id) {
  if (names_shared_table(request)) {
    const auto table = open_shared_table(request);
    if (!table) return tl::unexpected(table.error());
    std::string text = TW_TRY(case_from(**table, rules, id));
    if (!text.empty()) return text;
    return fail(ErrorCode::Usage, "the table has no case of the id " + id +
                                      " (a table is asked for cases: c-…, as alerts name them)");
  }
  const auto store = store::Store::open(request.text("store"), {.read_only = true});
  if (!store) return tl::unexpected(store.error());
  std::string text = TW_TRY(case_from(**store, rules, id));
  text += TW_TRY(events_from(**store, rules, id));
  if (!text.empty()) return text;
  return fail(ErrorCode::Usage, "no event with a finding and no case has the id " + id);
}

int explain_from_store(const Request& request, const engine::Engine& engine,
                       const std::string& id) {
  const auto text = text_from_store(request, engine.rules(), id);
  if (!text) return complain(text.error(), kFailed);
  return write_out(*text) ? kDone : kFailed;
}

int explain_from_logs(const Request& request, const engine::Engine& engine, const std::string& id) {
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
    if (verdict.event.event_id == id) text += explain_event(verdict);
  };
  const auto result = [&] {
    const ProgressLine line(progress);
    return scan::scan(engine, options, **feed, progress, interrupt.token(), on_event);
  }();
  if (!result) {
    return complain(result.error(), interrupt.token().stop_requested() ? kInterrupted : kFailed);
  }
  for (const triage::Case& found : result->cases) {
    if (found.id == id) text += explain_case(found);
  }
  if (text.empty()) return complain("no event and no case has the id " + id, kFailed);
  return write_out(text) ? kDone : kFailed;
}

}  // namespace

int run_explain(const Request& request) {
  // Inputs that are named come before a store that may only stand in the configuration.
  const bool from_store = request.inputs.size() == 1 && request.has("store");
  if (request.inputs.size() < 2 && !from_store) {
    return complain("an id and then an input, or --store, are needed", kUsage);
  }
  const std::string& id = request.inputs.front();
  const auto content = content_of(request);
  if (!content) return complain(content.error(), kFailed);
  const auto engine = engine::Engine::compile(*content);
  if (!engine) return complain(engine.error(), kFailed);
  return from_store ? explain_from_store(request, *engine, id)
                    : explain_from_logs(request, *engine, id);
}

}  // namespace trailwarden::cli
