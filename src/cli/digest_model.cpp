#include "cli/digest_model.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <random>
#include <set>

#include "analyst/prompt.h"
#include "base/hash.h"
#include "base/hex.h"
#include "cli/aws_session.h"
#include "cli/commands.h"
#include "cli/content.h"
#include "cli/output.h"
#include "cli/state_folder.h"
#include "inference/anthropic_batch.h"
#include "inference/bedrock_batch.h"
#include "inference/job_journal.h"
#include "report/format.h"

namespace trailwarden::cli {
namespace {

namespace fs = std::filesystem;

// A digest may spend this where --max-cost says nothing.
constexpr model::Usd kMaxCost = model::dollars(5);
constexpr unsigned kAtOnce = 16;

Result<std::string> instructions(const Request& request) {
  if (!request.has("prompt")) return std::string(digest::builtin_instructions());
  const std::string path = request.text("prompt");
  auto prompt = analyst::make_prompt(TW_TRY(read_file(path)));
  if (!prompt) return fail(ErrorCode::Usage, prompt.error().message, path);
  return prompt->text;
}

inference::EngineChoice choice_of(const Request& request) {
  const std::string name = request.text("engine");
  if (name == "batch") return inference::EngineChoice::Batch;
  return name == "direct" ? inference::EngineChoice::Direct : inference::EngineChoice::Cheaper;
}

// Jobs of the service; nullptr where it has none, or where Bedrock's bucket and role are not given.
Result<std::unique_ptr<inference::BatchService>> batch_service(const Request& request) {
  const std::string analyst = request.text("analyst");
  if (analyst == "anthropic") {
    // It takes jobs of any size; one of a few prompts saves cents and may cost an hour.
    inference::JobLimits limits = inference::kAnthropicLimits;
    limits.records_min = choice_of(request) == inference::EngineChoice::Batch ? 10 : 100;
    return inference::make_anthropic_batch(TW_TRY(http_options(request, "ANTHROPIC")), limits);
  }
  if (!analyst.starts_with("bedrock") || !request.has("batch-bucket")) {
    return std::unique_ptr<inference::BatchService>();
  }
  const std::string place = request.text("batch-bucket");
  const std::size_t slash = std::min(place.find('/'), place.size());
  inference::BedrockBatchOptions options;
  options.model = request.text("model");
  options.role_arn = request.text("batch-role");
  options.bucket = place.substr(0, slash);
  options.prefix = slash < place.size() ? place.substr(slash + 1) : "digest";
  const auto session = TW_TRY(open_aws_session(request));
  return inference::make_bedrock_batch(session, std::move(options));
}

// All that answers depend on besides the events, and that tells one digest from another.
std::string terms_of(const Request& request, const std::string& system) {
  std::string terms = "digest 1";
  for (const char* option :
       {"analyst", "model", "by", "max-events", "with-services", "since", "until", "pattern",
        "rules", "no-builtin-rules", "suppress", "redact"}) {
    for (const std::string& value : request.all(option)) {
      terms.append("; --").append(option).append(" ").append(value);
    }
  }
  for (const std::string& input : request.inputs) terms += "; " + input;
  return terms + "; prompt " + to_hex(hash64(system));
}

std::optional<std::int64_t> number_in(const std::optional<std::string>& text) {
  std::int64_t number = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number;
}

// The value of `key`, or `now`, which is kept then.
Result<std::optional<UnixSeconds>> settled(inference::Journal& journal, const char* key,
                                           std::optional<UnixSeconds> now) {
  if (const auto kept = journal.find(key)) return number_in(kept);
  TW_TRY(journal.put(key, now ? std::to_string(*now) : ""));
  return now;
}

Result<std::unique_ptr<inference::Journal>> open_own(const fs::path& path,
                                                     const std::string& terms) {
  auto journal = TW_TRY(inference::Journal::open(path.string(), terms));
  const auto begun = number_in(journal->find("begun"));
  if (begun && std::time(nullptr) - *begun > kLeftBehindLife) {
    journal.reset();
    std::error_code ignored;
    fs::remove(path, ignored);
    journal = TW_TRY(inference::Journal::open(path.string(), terms));
  }
  return journal;
}

// Whether an earlier run left a job that may still answer: it is paid for.
Result<bool> has_open_job(inference::Journal& journal) {
  using State = inference::JobEntry::State;
  const auto jobs = TW_TRY(inference::JobJournal(journal).jobs());
  return std::any_of(jobs.begin(), jobs.end(), [](const inference::JobEntry& job) {
    return job.state == State::Ready || job.state == State::Created;
  });
}

}  // namespace

Result<void> DigestModel::open_journal(const Request& request, scan::ScanOptions& options) {
  const std::string terms = terms_of(request, wording_.system);
  keeps_journal_ = request.has("checkpoint");
  if (keeps_journal_) {
    journal_ = TW_TRY(inference::Journal::open(request.text("checkpoint"), terms));
  } else {
    const fs::path folder = TW_TRY(state_folder());
    journal_ = TW_TRY(open_own(folder / ("digest-" + to_hex(hash64(terms)) + ".journal"), terms));
  }
  TW_TRY(settled(*journal_, "begun", std::time(nullptr)));
  options.since = TW_TRY(settled(*journal_, "since", options.since));
  options.until = TW_TRY(settled(*journal_, "until", options.until));
  std::random_device device;
  const auto key = TW_TRY(settled(*journal_, "key", device()));
  wording_.key = static_cast<std::uint64_t>(key.value_or(0));
  return {};
}

Result<std::unique_ptr<DigestModel>> DigestModel::open(const Request& request,
                                                       scan::ScanOptions& options) {
  std::unique_ptr<DigestModel> model(new DigestModel);
  ModelCaps caps;
  caps.limits.cost_per_day = kMaxCost;
  caps.concurrency_max = kAtOnce;
  model->setup_ = TW_TRY(ModelSetup::open(request, caps));
  model->wording_.system = TW_TRY(instructions(request));
  model->name_ = request.text("model");
  model->redacts_ = request.has("redact");
  TW_TRY(model->open_journal(request, options));
  inference::DirectOptions direct;
  direct.threads = kAtOnce;
  if (request.has("model-time")) {
    direct.task_time = std::chrono::seconds(std::stoull(request.text("model-time")));
  }
  model->direct_ = std::make_unique<inference::DirectEngine>(model->setup_->guard(), direct);
  model->choice_ = choice_of(request);
  if (auto service = TW_TRY(batch_service(request))) {
    model->batch_min_ = service->limits().records_min;
    inference::BatchOptions batch{.price = model->setup_->price(),
                                  .budget = &model->setup_->budget()};
    batch.tell = [](std::string_view line) { complain(line, kDone); };
    model->batch_ = std::make_unique<inference::BatchEngine>(std::move(service), *model->journal_,
                                                             *model->direct_, std::move(batch));
  }
  return model;
}

digest::Plan DigestModel::plan(const digest::Material& material) const {
  return redacts_ ? digest::plan_of(material, wording_.key) : digest::plan_of(material);
}

std::string DigestModel::estimate(const digest::Plan& plan) const {
  const digest::Estimate estimate = digest::estimate_of(plan, wording_);
  std::string line = report::plural(estimate.prompts, "prompt") + ", about " +
                     report::grouped(estimate.input_tokens) + " tokens in and " +
                     report::grouped(estimate.output_tokens) + " out";
  if (const auto price = setup_->price()) {
    // One by one: what a long prompt costs more, many short ones do not.
    const std::uint64_t prompts = std::max<std::uint64_t>(estimate.prompts, 1);
    model::Usage usage;
    usage.input = estimate.input_tokens / prompts;
    usage.output = estimate.output_tokens / prompts;
    const std::int64_t nanos = model::cost_of(usage, *price).nanos;
    line += ", " + to_string(model::Usd{nanos * static_cast<std::int64_t>(prompts)}) +
            " at list prices";
  }
  // Some eight seconds an answer of this length.
  constexpr std::uint64_t kAnswerSeconds = 8;
  const std::uint64_t minutes = estimate.prompts * kAnswerSeconds / kAtOnce / 60 + 1;
  return line + ", about " + report::plural(minutes, "minute");
}

Result<inference::Engine*> DigestModel::engine_for(const digest::Plan& plan) {
  if (batch_ && TW_TRY(has_open_job(*journal_))) return batch_.get();
  inference::EngineOffer offer{.tasks = plan.prompts(), .price = setup_->price()};
  if (batch_) offer.records_min = batch_min_;
  const auto chosen = TW_TRY(inference::choose_engine(choice_, offer));
  if (chosen.is_batch) return batch_.get();
  return direct_.get();
}

Result<digest::Page> DigestModel::write(const digest::Material& material, digest::Plan plan,
                                        const inference::OnProgress& on_progress,
                                        const std::stop_token& stop) {
  // Names that cleaning must not take for addresses of e-mail or hosts.
  std::set<std::string, std::less<>> names;
  for (const auto* rows : {&material.result.users, &material.result.services}) {
    for (const scan::Row& row : *rows) names.insert(row.name);
  }
  inference::Engine* const engine = TW_TRY(engine_for(plan));
  digest::Forest forest(
      wording_, *engine, *journal_,
      [&names](std::string_view word) { return names.contains(word); }, on_progress);
  auto page = digest::write_with_model(material, plan, forest, name_, stop);
  counts_ = forest.counts();
  return page;
}

void DigestModel::finish() {
  std::error_code ignored;
  if (!keeps_journal_) fs::remove(journal_->path(), ignored);
}

std::string DigestModel::account() const {
  std::string line = setup_->account();
  if (counts_.unread != 0) {
    line += "; " + report::plural(counts_.unread, "answer") +
            " could not be used, the first: " + counts_.first_failure;
  }
  if (counts_.unknown_citations != 0) {
    line += "; " + report::plural(counts_.unknown_citations, "citation") +
            " of events that were not shown, removed";
  }
  return line;
}

}  // namespace trailwarden::cli
