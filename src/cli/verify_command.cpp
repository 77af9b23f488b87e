#include <unistd.h>

#include <memory>
#include <optional>

#include "aws/s3.h"
#include "cli/aws_session.h"
#include "cli/commands.h"
#include "cli/content.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/output.h"
#include "cli/period.h"
#include "cli/progress.h"
#include "cli/verify_aws.h"
#include "integrity/mirror.h"
#include "integrity/verify.h"
#include "report/integrity_report.h"

namespace trailwarden::cli {
namespace {

using integrity::Findings;
using integrity::PublicKeys;

constexpr unsigned kS3Threads = 16;  // They wait for S3 most of the time.

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
  const AskedPeriod period = TW_TRY(asked_period(request));
  integrity::Options options;
  options.threads = threads_of(request);
  options.period = {period.since, period.until};
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

// AWS is set up when the first input, or the keys, need it.
class Verification {
 public:
  Verification(const Request& request, integrity::Options options, PublicKeys keys)
      : request_(request), options_(std::move(options)), keys_(std::move(keys)) {}

  Result<void> run(const std::string& input, const std::stop_token& stop) {
    const std::unique_ptr<integrity::Store> store = TW_TRY(open(input));
    if (!request_.has("public-keys")) {
      options_.fetch_keys = fetch_keys_from(*TW_TRY(session()));
    }
    if (store->bucket() && !request_.has("threads")) options_.threads = kS3Threads;
    const ProgressLine line(progress_);
    findings_.add(TW_TRY(integrity::verify(*store, keys_, options_, progress_, stop)));
    return {};
  }

  const Findings& findings() const { return findings_; }

 private:
  Result<const aws::Session*> session() {
    if (!session_) session_ = TW_TRY(open_aws_session(request_));
    return &*session_;
  }

  Result<std::unique_ptr<integrity::Store>> open(const std::string& input) {
    if (!is_s3_url(input)) return TW_TRY(integrity::Mirror::open(input));
    aws::S3Location location = TW_TRY(aws::parse_s3_url(input));
    auto s3 = std::make_shared<source::S3Store>(*TW_TRY(session()));
    return std::make_unique<BucketStore>(std::move(s3), std::move(location));
  }

  const Request& request_;
  integrity::Options options_;
  PublicKeys keys_;
  std::optional<aws::Session> session_;
  integrity::Progress progress_;
  Findings findings_;
};

}  // namespace

int run_verify(const Request& request) {
  auto options = options_of(request);
  if (!options) return complain(options.error(), kUsage);
  auto keys = keys_of(request);
  if (!keys) return complain(keys.error(), kUsage);

  const Interrupt interrupt;
  Verification verification(request, std::move(*options), std::move(*keys));
  for (const std::string& input : request.inputs) {
    const auto done = verification.run(input, interrupt.token());
    if (done) continue;
    const bool stopped = interrupt.token().stop_requested();
    const ErrorCode code = done.error().code;
    const bool wrong = code == ErrorCode::Usage || code == ErrorCode::Syntax;
    const int status = wrong ? kUsage : kFailed;
    return complain(input + ": " + to_string(done.error()), stopped ? kInterrupted : status);
  }
  const Findings& findings = verification.findings();
  if (!write_out(render(request, findings))) {
    return complain("cannot write to standard output", kFailed);
  }
  return exit_status(findings);
}

}  // namespace trailwarden::cli
