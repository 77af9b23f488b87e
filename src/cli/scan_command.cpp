#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "base/utc_time.h"
#include "cli/commands.h"
#include "cli/content.h"
#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/model_setup.h"
#include "cli/output.h"
#include "cli/period.h"
#include "cli/progress.h"
#include "cli/resume.h"
#include "report/markdown_report.h"
#include "report/ocsf_report.h"
#include "report/page_report.h"
#include "report/text_report.h"
#include "report/verdict_line.h"
#include "rulepack/rulepack.h"
#include "scan/scan.h"

namespace trailwarden::cli {
namespace {

constexpr const char* kGenerator = "trailwarden " TW_VERSION;

// Of --min-verdict and --fail-on.
triage::Verdict verdict_of(const Request& request, std::string_view option) {
  return triage::verdict_named(request.text(option)).value_or(triage::Verdict::Uncertain);
}

report::Dimension dimension_named(std::string_view name) {
  if (name == "user") return report::Dimension::User;
  if (name == "service") return report::Dimension::Service;
  return name == "region" ? report::Dimension::Region : report::Dimension::All;
}

Result<scan::ScanOptions> options_of(const Request& request) {
  const AskedPeriod period = TW_TRY(asked_period(request));
  scan::ScanOptions options;
  options.threads = threads_of(request);
  options.since = period.since;
  options.until = period.until;
  const std::string format = request.text("format", "text");
  options.keep_raw = format == "html";
  if (format == "jsonl") {
    options.lines = request.has("all") ? scan::Lines::All : scan::Lines::Findings;
  }
  return options;
}

// What the checkpoint knows is not fetched.
FeedRequest feed_request(const Request& request, const scan::ScanOptions& options) {
  FeedRequest wanted{.inputs = request.inputs, .since = options.since, .until = options.until};
  if (options.checkpoint != nullptr) {
    wanted.is_known = [&known = *options.checkpoint](const auto& name, const auto& version) {
      const auto outcome = known.find(name, version, 0);
      return outcome && *outcome;
    };
  }
  return wanted;
}

// Writes verdict lines as they come, a block at a time.
class LineWriter {
 public:
  LineWriter(triage::Verdict least, const analyst::Consultation& opinions)
      : least_(least), opinions_(opinions) {}

  void operator()(const scan::EventVerdict& verdict) {
    const auto found = opinions_.find(verdict.case_id);
    const analyst::Consulted* with = found == opinions_.end() ? nullptr : &found->second;
    const auto raised = with == nullptr ? verdict.case_verdict : with->verdict;
    if (std::max({verdict.judgement.verdict, verdict.case_verdict, raised}) < least_) return;
    report::append_verdict_line(verdict, buffer_, with);
    if (buffer_.size() > (1U << 16U)) flush();
  }

  bool flush() {
    written_ = written_ && write_out(buffer_);
    buffer_.clear();
    return written_;
  }

 private:
  triage::Verdict least_;
  const analyst::Consultation& opinions_;
  std::string buffer_;
  bool written_ = true;
};

// Which events jsonl tells of: with --all every one, else from --min-verdict up, by the event's own
// verdict or its case's.
triage::Verdict least_line(const Request& request) {
  if (request.has("min-verdict")) return verdict_of(request, "min-verdict");
  return request.has("all") ? triage::Verdict::Safe : triage::Verdict::Uncertain;
}

bool on_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

std::string render(const Request& request, const scan::ScanResult& result,
                   const engine::Engine& engine, const analyst::Consultation& opinions) {
  const report::Report report{
      .result = result,
      .rules = engine.rules().rules,
      .rules_hash = rulepack::pack_hash(),
      .generator = kGenerator,
      .inputs = request.inputs,
      .min_verdict = verdict_of(request, "min-verdict"),
      .by = dimension_named(request.text("by")),
      .opinions = opinions.empty() ? nullptr : &opinions,
  };
  const std::string format = request.text("format", "text");
  if (format == "html") return report::render_page(report);
  if (format == "markdown") return report::render_markdown(report);
  if (format == "ocsf") return report::render_ocsf(report);
  if (format != "text") return {};
  std::string text = report::render_text(report, wants_colours(STDOUT_FILENO));
  if (on_terminal()) text += "more: the same command with --format html > report.html\n";
  return text;
}

// The line that a run ends with where the report has gone elsewhere.
void print_accounting(const scan::Counts& counts) {
  std::fprintf(
      stderr,
      "trailwarden: read %llu = judged %llu + filtered %llu + repeated %llu + skipped %llu\n",
      static_cast<unsigned long long>(counts.read), static_cast<unsigned long long>(counts.judged),
      static_cast<unsigned long long>(counts.filtered),
      static_cast<unsigned long long>(counts.repeated),
      static_cast<unsigned long long>(counts.skipped));
}

void print_stats(const scan::Progress& progress, double wall_seconds) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto cpu_seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  const auto records = static_cast<double>(progress.records.load());
  const double read_mb = static_cast<double>(progress.read.bytes_read.load()) / 1e6;
  const double text_mb = static_cast<double>(progress.read.bytes_inflated.load()) / 1e6;
  std::fprintf(stderr,
               "trailwarden: %.2f s, %.0f events/s, %.0f MB/s read, %.0f MB/s of JSON, "
               "%.2f CPU s, %.0f MiB peak memory\n",
               wall_seconds, records / wall_seconds, read_mb / wall_seconds, text_mb / wall_seconds,
               cpu_seconds(usage.ru_utime) + cpu_seconds(usage.ru_stime),
               static_cast<double>(usage.ru_maxrss) / 1024);
}

// A case that a model settled counts as what it is now.
int exit_status(const Request& request, const scan::ScanResult& result,
                const analyst::Consultation& opinions) {
  if (!request.has("fail-on")) return kDone;
  std::uint64_t dangerous = result.dangerous_cases;
  std::uint64_t uncertain = result.uncertain_cases;
  for (const auto& [id, with] : opinions) {
    if (with.verdict == with.local) continue;
    --uncertain;  // Only a doubt is ever settled.
    if (with.verdict == triage::Verdict::Dangerous) ++dangerous;
  }
  const bool dangerous_only = verdict_of(request, "fail-on") == triage::Verdict::Dangerous;
  return dangerous + (dangerous_only ? 0 : uncertain) != 0 ? kVerdictReached : kDone;
}

// What a scan may spend on a model where --max-cost says nothing.
constexpr model::Usd kMaxCost = model::dollars(1);
constexpr unsigned kQuestionsAtOnce = 4;

Result<std::unique_ptr<ModelSetup>> open_model(const Request& request) {
  if (!ModelSetup::is_wanted(request)) return std::unique_ptr<ModelSetup>();
  ModelCaps caps;
  caps.limits.cost_per_day = kMaxCost;
  caps.concurrency_max = kQuestionsAtOnce;
  return ModelSetup::open(request, caps);
}

void print_model_account(const ModelSetup& model) {
  std::fprintf(stderr, "trailwarden: %s\n", model.account().c_str());
}

}  // namespace

int run_scan(const Request& request) {
  const auto content = content_of(request);
  if (!content) return complain(content.error(), kFailed);
  auto options = options_of(request);
  if (!options) return complain(options.error(), kUsage);
  if (request.has("all") && options->lines != scan::Lines::All) {
    return complain("--all goes with --format jsonl", kUsage);
  }
  const auto engine = engine::Engine::compile(*content);
  if (!engine) return complain(engine.error(), kUsage);
  print_remarks(engine->rules());
  auto model = open_model(request);
  if (!model) {
    return complain(model.error(), model.error().code == ErrorCode::Usage ? kUsage : kFailed);
  }
  const auto checkpoint = open_checkpoint(request, *content, *options);
  if (!checkpoint) {
    return complain(checkpoint.error(),
                    checkpoint.error().code == ErrorCode::Usage ? kUsage : kFailed);
  }

  const Interrupt interrupt;
  const auto begin = std::chrono::steady_clock::now();
  scan::Progress progress;
  analyst::Consultation opinions;
  if (*model) {
    options->on_cases = [&](const scan::ScanResult& found) {
      opinions =
          analyst::consult((*model)->analyst(), found.cases, kQuestionsAtOnce, interrupt.token());
    };
  }
  LineWriter lines(least_line(request), opinions);
  const auto feed =
      open_feed(request, feed_request(request, *options), progress.feed, interrupt.token());
  if (!feed) return complain(feed.error(), kFailed);
  Result<scan::ScanResult> result = [&] {
    const ProgressLine line(progress);
    return scan::scan(*engine, *options, **feed, progress, interrupt.token(), std::ref(lines));
  }();
  if (!result) {
    return complain(result.error(), interrupt.token().stop_requested() ? kInterrupted : kFailed);
  }
  print_problems(result->problems);
  if (!lines.flush() || !write_out(render(request, *result, *engine, opinions))) {
    return complain("cannot write to standard output", kFailed);
  }
  const bool seen = request.text("format", "text") == "text" && on_terminal();
  if (!seen) print_accounting(result->counts);
  if (*model) print_model_account(**model);
  if (request.has("stats")) {
    print_stats(progress,
                std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return exit_status(request, *result, opinions);
}

}  // namespace trailwarden::cli
