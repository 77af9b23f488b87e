#include "watch/policy.h"

namespace trailwarden::watch {

std::optional<sink::NoticeKind> news(const Policy& policy, triage::Verdict verdict,
                                     std::optional<triage::Verdict> told) {
  if (!told) {
    if (verdict < policy.least) return std::nullopt;
    return sink::NoticeKind::Opened;
  }
  return verdict > *told ? sink::NoticeKind::Raised : sink::NoticeKind::Grown;
}

}  // namespace trailwarden::watch
