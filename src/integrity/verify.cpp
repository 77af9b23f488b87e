#include "integrity/verify.h"

#include <algorithm>
#include <tuple>

#include "integrity/coverage.h"
#include "integrity/region.h"
#include "integrity/survey.h"

namespace trailwarden::integrity {
namespace {

void order(Findings& findings) {
  std::sort(
      findings.chains.begin(), findings.chains.end(),
      [](const ChainReport& left, const ChainReport& right) { return left.name < right.name; });
  std::stable_sort(findings.problems.begin(), findings.problems.end(),
                   [](const Problem& left, const Problem& right) {
                     return std::tie(left.chain, left.from, left.kind, left.file) <
                            std::tie(right.chain, right.from, right.kind, right.file);
                   });
  std::stable_sort(findings.remarks.begin(), findings.remarks.end(),
                   [](const Remark& left, const Remark& right) {
                     return std::tie(left.chain, left.from, left.kind) <
                            std::tie(right.chain, right.from, right.kind);
                   });
}

bool has_digests(const Findings& findings) {
  const Counts& digests = findings.digests;
  return digests.valid + digests.unproven + digests.invalid + digests.unreadable != 0;
}

}  // namespace

Result<Findings> verify(Store& store, PublicKeys& keys, const Options& options, Progress& progress,
                        const std::stop_token& stop) {
  Findings findings;
  for (const AccountFolder& account : TW_TRY(find_accounts(store, stop))) {
    for (const std::string& region : account.regions) {
      TW_TRY(verify_region(store, account, region, keys, options, progress, stop, findings));
    }
  }
  if (!has_digests(findings)) {
    const bool all = !options.period.since && !options.period.until;
    return fail(ErrorCode::Io, all ? "no digest files are here: nothing can be verified"
                                   : "no digest files of this period are here: nothing can be "
                                     "verified");
  }
  compare_regions(findings.chains);
  order(findings);
  return findings;
}

}  // namespace trailwarden::integrity
