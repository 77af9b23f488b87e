// A notice made from a case as it stands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyst/local.h"
#include "sink/notice.h"
#include "triage/case.h"

namespace trailwarden::sink {

// What a case does not know of itself.
struct CaseNews {
  NoticeKind kind = NoticeKind::Opened;
  std::uint64_t revision = 0;
  std::optional<triage::Verdict> verdict{};  // With the model's opinion; nothing: the case's own.
  std::optional<triage::Verdict> before{};
  std::string event_id{};  // Empty: that of the gravest finding.
  std::string event_region{};
  std::optional<NoticeOpinion> opinion{};
  std::string dashboard_url{};
  std::string footer{};
};

// Bounded whatever the case holds: at most 10 findings and actions, 5 of each list, texts through
// triage::shown(). Where the region of the event is not said, it is that of the case, if it has
// only one.
Notice make_notice(const triage::Case& found, const analyst::Story& story, CaseNews news);

// What `sink test` sends: says that it is a test, of no case.
Notice test_notice(UnixSeconds now);

}  // namespace trailwarden::sink
