#include <unistd.h>

#include <ctime>

#include "cli/commands.h"
#include "cli/content.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/output.h"
#include "cli/period.h"
#include "cli/progress.h"
#include "integrity/mirror.h"
#include "integrity/verify.h"
#include "report/integrity_report.h"

namespace trailwarden::cli {
namespace {

using integrity::Findings;
using integrity::PublicKeys;

Result<PublicKeys> keys_of(const Request& request) {
  PublicKeys keys;
  for (const std::string& path : request.all("public-keys")) {
    const std::string text = TW_TRY(read_file(path));
    auto records = integrity::parse_key_list(text);
    if (!records) return fail(records.error().code, records.error().message, path);
    for (const integrity::KeyRecord& record : *records) {
      if (auto added = keys.add(record); !added) {
        return fail(added.error().code, added.error().message, path);
      }
    }
  }
  return keys;
}

Result<integrity::Options> options_of(const Request& request) {
  const UnixSeconds now = std::time(nullptr);
  integrity::Options options;
  integrity::Period& period = options.period;
  options.threads = threads_of(request);
  if (request.has("since")) period.since = TW_TRY(parse_period_end(request.text("since"), now));
  if (request.has("until")) period.until = TW_TRY(parse_period_end(request.text("until"), now));
  if (period.since && period.until && *period.since >= *period.until) {
    return fail(ErrorCode::Usage, "--since is not before --until");
  }
  return options;
}

std::string render(const Request& request, const Findings& findings) {
  const report::IntegrityReport report{findings, "trailwarden " TW_VERSION, request.inputs};
  if (request.text("format", "text") == "json") return report::render_integrity_json(report);
  return report::render_integrity_text(report, wants_colours(STDOUT_FILENO));
}

int exit_status(const Findings& findings) {
  if (findings.tampered()) return kVerdictReached;
  return findings.unreadable() ? kFailed : kDone;
}

}  // namespace

int run_verify(const Request& request) {
  auto options = options_of(request);
  if (!options) return complain(options.error(), kUsage);
  auto keys = keys_of(request);
  if (!keys) return complain(keys.error(), kUsage);
  if (!request.has("public-keys")) {
    return complain("--public-keys is missing: the output of `aws cloudtrail list-public-keys`",
                    kUsage);
  }

  const Interrupt interrupt;
  integrity::Progress progress;
  Findings findings;
  for (const std::string& input : request.inputs) {
    auto store = integrity::Mirror::open(input);
    if (!store) return complain(store.error(), kFailed);
    auto result = [&] {
      const ProgressLine line(progress);
      return integrity::verify(**store, *keys, *options, progress, interrupt.token());
    }();
    if (!result) {
      const bool stopped = interrupt.token().stop_requested();
      return complain(input + ": " + to_string(result.error()), stopped ? kInterrupted : kFailed);
    }
    findings.add(std::move(*result));
  }
  if (!write_out(render(request, findings))) {
    return complain("cannot write to standard output", kFailed);
  }
  return exit_status(findings);
}

}  // namespace trailwarden::cli
