#include "cli/scheduled_digest.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <utility>

#include "cli/aws_session.h"
#include "cli/digest_reading.h"
#include "cli/live_parts.h"
#include "report/digest_notice.h"

namespace trailwarden::cli {
namespace {

using std::chrono::seconds;

// Rows of the store: how far digests go (seconds since 1970), and what the last one left behind.
constexpr std::string_view kPlace = "digest-at";
constexpr std::string_view kFacts = "digest-at:facts";
// What comes between two looks at the clock, which somebody may set.
constexpr seconds kLookEvery{30};
// What cannot be made is tried again after that, doubled each time.
constexpr seconds kFirstPause{60};
constexpr seconds kLongestPause{3600};

// The same sink, for digests alone.
class DigestsOnly final : public sink::Sink {
 public:
  explicit DigestsOnly(sink::Sink& sink) : sink_(sink) {}
  const std::string& name() const override { return sink_.name(); }
  bool wants(const sink::Notice& notice) const override {
    return notice.page.has_value() && sink_.wants(notice);
  }
  sink::Outcome send(const sink::Dispatch& dispatch, const std::stop_token& stop) override {
    return sink_.send(dispatch, stop);
  }

 private:
  sink::Sink& sink_;
};

std::string own_store(const Request& watch) {
  return "store:" + watch.text("store", "trailwarden.db");
}

// A bucket is read again; all other sources give what they have once, and the store has it.
std::vector<std::string> inputs_of(const Request& watch) {
  if (watch.has("digest-input")) return watch.all("digest-input");
  const std::string source = watch.text("source");
  if (is_s3_url(source)) return {source};
  return {own_store(watch)};
}

// What `digest` would be asked: judged as watch judges, written as the digest- options say.
Request digest_request(const Request& watch) {
  Request request;
  request.command = "digest";
  request.inputs = inputs_of(watch);
  // What is in watch's own store has passed its pattern.
  const bool is_own_store = request.inputs.front() == own_store(watch);
  if (watch.has("pattern") && !is_own_store) request.values["pattern"] = watch.all("pattern");
  for (const char* option : {"rules", "no-builtin-rules", "suppress", "prices", "model-time",
                             "redact", "profile", "region"}) {
    if (watch.has(option)) request.values[option] = watch.all(option);
  }
  for (const char* option : {"by", "analyst", "model"}) {
    const std::string name = std::string("digest-") + option;
    if (watch.has(name)) request.values[option] = watch.all(name);
  }
  request.values["threads"] = {"1"};
  return request;
}

// Live events come first. Threads that the calling one makes are as patient.
void lower_priority() {
  constexpr int kLowest = 19;
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLowest);
}

Result<std::optional<UnixSeconds>> place_in(const store::Store& store) {
  const auto kept = TW_TRY(store.checkpoint(kPlace));
  if (!kept) return std::nullopt;
  UnixSeconds place = 0;
  const auto [end, problem] = std::from_chars(kept->data(), kept->data() + kept->size(), place);
  if (problem != std::errc() || end != kept->data() + kept->size()) {
    return fail(ErrorCode::Decode, "the store's place of digests is no time");
  }
  return place;
}

// The first digest is about what comes from now on.
Result<void> begin(store::Store& store) {
  if (TW_TRY(place_in(store))) return {};
  return store.write([](store::Writer& to) {
    return to.set_checkpoint(kPlace, std::to_string(std::time(nullptr)));
  });
}

}  // namespace

Result<std::unique_ptr<ScheduledDigest>> ScheduledDigest::open(const Setup& setup) {
  const Request& request = setup.request;
  if (!request.has("digest-at")) return std::unique_ptr<ScheduledDigest>();
  const watch::Cron when = TW_TRY(watch::Cron::parse(request.text("digest-at")));
  if (!request.has("digest-sink")) {
    return fail(ErrorCode::Usage, "--digest-at needs --digest-sink: where digests go");
  }
  auto targets = TW_TRY(DigestTargets::open(request, request.all("digest-sink")));
  const Request asked = digest_request(request);
  // What a model lacks is known now, not on Monday morning.
  if (ModelSetup::is_wanted(asked)) TW_TRY(ModelSetup::open(asked, {}));
  TW_TRY(begin(setup.store));
  return std::unique_ptr<ScheduledDigest>(new ScheduledDigest(setup, when, std::move(targets)));
}

std::vector<std::unique_ptr<sink::Sink>> ScheduledDigest::sinks_besides(
    const std::vector<std::unique_ptr<sink::Sink>>& sinks) const {
  std::vector<std::unique_ptr<sink::Sink>> others;
  for (const auto& own : targets_.sinks) {
    const bool is_there = std::any_of(sinks.begin(), sinks.end(), [&own](const auto& sink) {
      return sink->name() == own->name();
    });
    if (!is_there) others.push_back(std::make_unique<DigestsOnly>(*own));
  }
  return others;
}

// From where the last digest ended to the latest moment of the schedule.
Result<std::optional<ScheduledDigest::Period>> ScheduledDigest::due() const {
  const auto place = TW_TRY(place_in(setup_.store));
  const auto moment = when_.previous(std::time(nullptr));
  if (!place || !moment || *moment - kDigestDelay <= *place) return std::nullopt;
  return Period{*place, *moment - kDigestDelay};
}

void ScheduledDigest::run(const std::function<void()>& told, const std::stop_token& stop) {
  lower_priority();
  seconds pause = kFirstPause;
  while (!stop.stop_requested()) {
    const auto period = due();
    Result<void> made;
    if (!period) made = tl::unexpected(period.error());
    if (period && *period) made = make(**period, stop);
    if (made) {
      if (period && *period) told();
      pause = kFirstPause;
      sleep_for(kLookEvery, stop);
      continue;
    }
    if (stop.stop_requested()) return;
    setup_.log.say(watch::LogLevel::Error,
                   "the digest could not be made: " + to_string(made.error()) +
                       "; tried again in " + std::to_string(pause.count()) + " s");
    sleep_for(pause, stop);
    pause = std::min(pause * 2, kLongestPause);
  }
}

Result<void> ScheduledDigest::make(const Period& period, const std::stop_token& stop) {
  Request request = digest_request(setup_.request);
  request.values["since"] = {format_utc(period.since)};
  request.values["until"] = {format_utc(period.until)};
  scan::ScanOptions options = TW_TRY(digest_options(request));
  std::unique_ptr<DigestModel> model;
  if (ModelSetup::is_wanted(request)) model = TW_TRY(DigestModel::open(request, options));
  digest::Facts facts;
  const digest::Page page = TW_TRY(write(request, model.get(), options, facts, stop));
  TW_TRY(publish(page, period, facts, stop));
  if (model) model->finish();
  return {};
}

Result<digest::Page> ScheduledDigest::write(const Request& request, DigestModel* model,
                                            const scan::ScanOptions& options, digest::Facts& facts,
                                            const std::stop_token& stop) {
  std::optional<digest::Facts> before;
  if (const auto kept = TW_TRY(setup_.store.checkpoint(kFacts))) {
    before = TW_TRY(digest::facts_from_json(*kept));
  }
  scan::Progress progress;
  const DigestReading reading =
      TW_TRY(read_for_digest(request, setup_.engine, options, progress, stop));
  facts = digest::facts_of(reading.result);
  const digest::Material material = material_of(request, reading, before ? &*before : nullptr);
  if (model == nullptr) return digest::write_locally(material);
  const auto silently = [](const inference::EngineProgress&) {};
  auto page = model->write(material, model->plan(material), silently, stop);
  setup_.log.say(watch::LogLevel::Info, model->account());
  return page;
}

// The messages and how far digests go are one transaction: it is all told, or made again.
Result<void> ScheduledDigest::publish(const digest::Page& page, const Period& period,
                                      const digest::Facts& facts, const std::stop_token& stop) {
  std::string what = setup_.request.text("digest-at");
  for (const std::string& input : inputs_of(setup_.request)) what.append("\n").append(input);
  const std::string id = digest_id(period.until, what);
  std::string url =
      TW_TRY(publish::put_page(page, targets_.places, id, place_means(setup_.request), stop));
  const sink::Notice notice = report::digest_notice(
      page, {.id = id, .url = std::move(url), .footer = "Trailwarden " TW_VERSION});
  auto noted = setup_.store.write([&](store::Writer& to) -> Result<void> {
    TW_TRY(publish::enqueue(notice, targets_.sinks, wall_clock(), to));
    TW_TRY(to.set_checkpoint(kPlace, std::to_string(period.until)));
    return to.set_checkpoint(kFacts, digest::to_json(facts));
  });
  if (!noted) return noted;
  setup_.log.say(
      watch::LogLevel::Info, "digest made",
      {{"digest", id}, {"since", format_utc(period.since)}, {"until", format_utc(period.until)}});
  return {};
}

}  // namespace trailwarden::cli
