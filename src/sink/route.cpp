#include "sink/route.h"

#include <algorithm>

namespace trailwarden::sink {

bool is_for(const std::vector<Route>& routes, const Notice& notice) {
  if (notice.kind == NoticeKind::Test) return true;
  const triage::Verdict gravest = std::max(notice.verdict, notice.before.value_or(notice.verdict));
  return std::any_of(routes.begin(), routes.end(), [&](const Route& route) {
    const auto& accounts = route.accounts;
    return gravest >= route.least &&
           (accounts.empty() ||
            std::find(accounts.begin(), accounts.end(), notice.account) != accounts.end());
  });
}

}  // namespace trailwarden::sink
