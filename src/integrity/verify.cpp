#include "integrity/verify.h"

#include "integrity/coverage.h"
#include "integrity/region.h"
#include "integrity/survey.h"

namespace trailwarden::integrity {
namespace {

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
  findings.order();
  return findings;
}

}  // namespace trailwarden::integrity
