#include "cli/shared_table.h"

#include "cli/aws_session.h"
#include "cli/live_parts.h"
#include "shared_store/shared_store.h"

namespace trailwarden::cli {

bool names_shared_table(const Request& request) {
  return request.text("store").starts_with(store::kSharedPrefix);
}

Result<std::unique_ptr<store::LiveStore>> open_shared_table(const Request& request) {
  shared_store::SharedStoreSetup setup;
  setup.table = request.text("store").substr(store::kSharedPrefix.size());
  if (setup.table.empty()) return fail(ErrorCode::Usage, "--store dynamodb: names no table");
  setup.session = [request] { return open_aws_session(request); };
  setup.keep = TW_TRY(keep_of(request));
  setup.now = wall_clock;
  setup.sleep = [](std::chrono::milliseconds span) { sleep_for(span, {}); };
  return std::make_unique<shared_store::SharedStore>(std::move(setup));
}

}  // namespace trailwarden::cli
