#include "report/ocsf_report.h"

#include <utility>

#include "analyst/local.h"
#include "sink/case_notice.h"
#include "sink/ocsf.h"

namespace trailwarden::report {
namespace {

std::optional<sink::NoticeOpinion> opinion_in(const analyst::Consulted& with) {
  if (!with.opinion || with.opinion->reading == analyst::Reading::Unread) return std::nullopt;
  return sink::NoticeOpinion{.verdict = with.opinion->verdict,
                             .explanation = with.opinion->explanation,
                             .next_steps = with.opinion->next_steps,
                             .model = with.opinion->model,
                             .counted = with.verdict != with.local};
}

}  // namespace

std::string render_ocsf(const Report& report) {
  std::string out;
  for (const triage::Case* found : cases_of(report)) {
    sink::CaseNews news;
    if (const analyst::Consulted* with = consulted(report, *found)) {
      news.verdict = with->verdict;
      news.opinion = opinion_in(*with);
    }
    const sink::Notice notice = sink::make_notice(*found, analyst::tell(*found), std::move(news));
    out += sink::ocsf_finding(notice, found->id) + "\n";
  }
  return out;
}

}  // namespace trailwarden::report
