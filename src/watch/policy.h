// When people are told of a case, and how often.
#pragma once

#include <chrono>
#include <optional>

#include "sink/notice.h"
#include "triage/verdict.h"

namespace trailwarden::watch {

struct Policy {
  // Cases below are kept, and nobody is told.
  triage::Verdict least = triage::Verdict::Uncertain;
  // What grows is brought up to date so often at most.
  std::chrono::seconds between_updates{60};
};

// What there is to say of a case whose verdict is `verdict` now and of which sinks were last told
// `told`; nothing: nobody is to be told. A verdict that fell is no news but in the update.
std::optional<sink::NoticeKind> news(const Policy& policy, triage::Verdict verdict,
                                     std::optional<triage::Verdict> told);

}  // namespace trailwarden::watch
