#include "triage/activity.h"

#include "base/hash.h"

namespace trailwarden::triage {

std::uint64_t kind_of(const Activity& activity) {
  std::string kind = activity.is_service ? "1" : "0";
  for (const std::string* text : {&activity.user, &activity.account, &activity.source,
                                  &activity.name, &activity.region, &activity.error_code}) {
    kind += '\0';
    kind += *text;
  }
  return hash64(kind);
}

}  // namespace trailwarden::triage
