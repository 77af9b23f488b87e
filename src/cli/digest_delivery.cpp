#include "cli/digest_delivery.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <utility>

#include "base/hash.h"
#include "base/hex.h"
#include "cli/aws_session.h"
#include "cli/live_parts.h"
#include "cli/output.h"
#include "cli/sink_means.h"
#include "cli/state_folder.h"
#include "report/digest_notice.h"
#include "sink/sink_spec.h"

namespace trailwarden::cli {
namespace {

namespace fs = std::filesystem;

// Rows of the store of one digest.
constexpr std::string_view kBegun = "begun";
constexpr std::string_view kFacts = "facts";

// What tells one digest from another: all that was asked for but how hard to work at it.
std::string terms_of(const Request& request) {
  std::string terms = "digest 1";
  for (const auto& [option, values] : request.values) {
    if (option == "threads" || option == "max-cost" || option == "model-time") continue;
    for (const std::string& value : values) {
      terms.append("\n--").append(option).append(" ").append(value);
    }
  }
  for (const std::string& input : request.inputs) terms.append("\n").append(input);
  return terms;
}

void remove_store(const fs::path& path) {
  std::error_code ignored;
  for (const char* ending : {"", "-wal", "-shm", "-lock"}) {
    fs::remove(path.string() + ending, ignored);
  }
}

// A sink of --sink. A digest has a verdict, and is of all accounts.
Result<std::string> sink_spec_of(const std::string& text) {
  const sink::SinkSpec spec = TW_TRY(sink::parse_sink_spec(text));
  if (spec.kind == sink::SinkKind::Ocsf) {
    return fail(ErrorCode::Usage, "ocsf: takes findings, a digest is none: jsonl: takes both");
  }
  if (!spec.route.accounts.empty()) {
    return fail(ErrorCode::Usage, "account= is for cases: a digest is of all accounts it read");
  }
  const bool says_itself = text.find(",min=") != std::string::npos;
  return says_itself ? text : text + ",min=safe";
}

}  // namespace

Result<DigestTargets> DigestTargets::open(const Request& request,
                                          const std::vector<std::string>& specs) {
  DigestTargets targets;
  std::vector<std::string> sinks;
  for (const std::string& spec : specs) {
    if (auto place = TW_TRY(publish::parse_place(spec))) {
      targets.places.push_back(*std::move(place));
    } else {
      sinks.push_back(TW_TRY(sink_spec_of(spec)));
    }
  }
  if (specs.empty()) targets.places.emplace_back();
  targets.sinks = TW_TRY(sink::make_sinks(sinks, sink_means(request)));
  return targets;
}

publish::PlaceMeans place_means(const Request& request) {
  publish::PlaceMeans means;
  if (request.has("format")) {
    const std::string format = request.text("format");
    means.form = format == "html"       ? publish::PageForm::Html
                 : format == "markdown" ? publish::PageForm::Markdown
                                        : publish::PageForm::Text;
  }
  means.print = write_out;
  means.aws = [&request] { return open_aws_session(request); };
  return means;
}

std::string digest_id(UnixSeconds moment, std::string_view what) {
  std::string text = format_utc(moment);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return "digest-" + text + "-" + to_hex(hash64(what)).substr(8);
}

// Files are written again without harm; an object in a bucket keeps its name.
bool DigestDelivery::needs_memory() const {
  return !targets_.sinks.empty() ||
         std::any_of(targets_.places.begin(), targets_.places.end(),
                     [](const auto& place) { return place.kind == publish::Place::Kind::Bucket; });
}

Result<std::unique_ptr<DigestDelivery>> DigestDelivery::open(const Request& request) {
  DigestTargets targets = TW_TRY(DigestTargets::open(request, request.all("sink")));
  std::unique_ptr<DigestDelivery> delivery(new DigestDelivery(request, std::move(targets)));
  if (delivery->needs_memory()) TW_TRY(delivery->open_memory());
  return delivery;
}

Result<void> DigestDelivery::open_memory() {
  if (request_.has("checkpoint")) {
    path_ = request_.text("checkpoint") + ".outbox";
  } else {
    const fs::path folder = TW_TRY(state_folder());
    path_ = folder / ("digest-" + to_hex(hash64(terms_of(request_))) + ".outbox");
  }
  TW_TRY(begin());
  const auto begun = TW_TRY(store_->checkpoint(kBegun));
  store::UnixMillis begun_at = 0;
  std::from_chars(begun->data(), begun->data() + begun->size(), begun_at);
  const UnixSeconds time = begun_at / 1000;
  if (!request_.has("checkpoint") && std::time(nullptr) - time > kLeftBehindLife) {
    store_.reset();
    remove_store(path_);
    return open_memory();
  }
  // Two runs within one second are two digests.
  id_ = digest_id(time, terms_of(request_) + *begun);
  if (const auto kept = TW_TRY(store_->checkpoint(kFacts))) {
    facts_ = TW_TRY(digest::facts_from_json(*kept));
  }
  return {};
}

// Opens the store, and notes the time in a new one.
Result<void> DigestDelivery::begin() {
  store_ = TW_TRY(store::Store::open(path_.string()));
  if (TW_TRY(store_->checkpoint(kBegun))) return {};
  return store_->write(
      [](store::Writer& to) { return to.set_checkpoint(kBegun, std::to_string(wall_clock())); });
}

Result<void> DigestDelivery::take(const digest::Page& page, const digest::Facts& facts,
                                  const std::stop_token& stop) {
  std::string url =
      TW_TRY(publish::put_page(page, targets_.places, id_, place_means(request_), stop));
  facts_ = facts;
  if (store_ == nullptr) return {};
  const sink::Notice notice = report::digest_notice(
      page, {.id = id_, .url = std::move(url), .footer = "Trailwarden " TW_VERSION});
  return store_->write([&](store::Writer& to) -> Result<void> {
    TW_TRY(publish::enqueue(notice, targets_.sinks, wall_clock(), to));
    return to.set_checkpoint(kFacts, digest::to_json(facts));
  });
}

Result<std::vector<publish::Unsent>> DigestDelivery::send(const std::stop_token& stop) {
  if (store_ == nullptr || targets_.sinks.empty()) return std::vector<publish::Unsent>{};
  return publish::send_all(
      {.store = *store_, .sinks = targets_.sinks, .now = wall_clock, .sleep = sleep_for}, stop);
}

void DigestDelivery::finish() {
  store_.reset();
  if (!path_.empty() && !request_.has("checkpoint")) remove_store(path_);
}

}  // namespace trailwarden::cli
