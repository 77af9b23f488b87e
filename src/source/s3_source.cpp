#include "source/s3_source.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/hash.h"
#include "cloudtrail/event.h"
#include "source/s3_feed.h"

namespace trailwarden::source {
namespace {

namespace json = boost::json;
using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr std::int64_t kSchema = 1;
// A log file has 50 MB compressed at most.
constexpr std::uint64_t kObjectBytesMax = std::uint64_t{256} << 20;
constexpr seconds kFirstPause{1};
constexpr seconds kPauseMax{60};

sys_days day_at(UnixSeconds time) { return std::chrono::floor<days>(sys_seconds(seconds(time))); }

UnixSeconds midnight_of(sys_days day) { return sys_seconds(day).time_since_epoch().count(); }

std::uint64_t id_of(std::string_view name, std::string_view version) {
  return hash64(version, hash64(name));
}

// All of `portion`, or why it is not the object that was listed.
Result<std::string> read_whole(cloudtrail::Portion& portion) {
  const std::uint64_t listed = portion.slice.bytes;
  if (listed > kObjectBytesMax) {
    return fail(ErrorCode::LimitExceeded, "is too large for a log file");
  }
  std::string bytes(listed + 1, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const std::size_t got = portion.stream->read({bytes.data() + filled, bytes.size() - filled});
    if (got == 0) break;
    filled += got;
  }
  if (std::string failure = portion.stream->failure(); !failure.empty()) {
    return fail(ErrorCode::Io, std::move(failure));
  }
  if (filled != listed) {
    return fail(ErrorCode::Io, "came with another size than it was listed with");
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

std::string to_json(const S3Mark& mark) {
  return json::serialize(json::object{{"schema", kSchema},
                                      {"since", mark.since},
                                      {"day", format_utc(midnight_of(mark.day)).substr(0, 10)}});
}

Result<S3Mark> parse_s3_mark(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error);
  if (const json::object* object = error ? nullptr : value.if_object()) {
    const json::value* schema = object->if_contains("schema");
    const json::value* since = object->if_contains("since");
    const json::value* day = object->if_contains("day");
    if (schema != nullptr && *schema == kSchema && since != nullptr && since->is_int64() &&
        day != nullptr && day->is_string()) {
      const auto midnight = cloudtrail::parse_time(std::string(day->get_string()) + "T00:00:00Z");
      if (midnight) return S3Mark{since->get_int64(), day_at(*midnight)};
    }
  }
  return fail(ErrorCode::Decode, "no mark of a bucket");
}

// What arrives may belong to the day before.
S3Mark s3_mark_from(UnixSeconds since) { return {since, day_at(since) - days{1}}; }

// One listing of some days, and what it leads to.
struct S3Source::Round {
  sys_days first;
  std::optional<sys_days> end;
  cloudtrail::FeedProgress progress{};
  std::unique_ptr<S3Feed> feed{};
};

S3Source::S3Source(S3Setup setup, S3Ports ports)
    : setup_(std::move(setup)),
      ports_(std::move(ports)),
      name_("s3://" + setup_.location.bucket + "/" + setup_.location.prefix),
      next_day_(setup_.mark.day),
      ledger_(setup_.read),
      mark_(setup_.mark) {}

S3Source::~S3Source() { hang_up_.request_stop(); }

sys_days S3Source::yesterday() const { return day_at(ports_.utc()) - days{1}; }

Result<std::optional<Delivery>> S3Source::next(const std::stop_token& stop) {
  const std::stop_callback stopping(stop, [this] { hang_up_.request_stop(); });
  const std::lock_guard reading(reading_);
  while (!stop.stop_requested()) {
    if (!has_answered_) {
      TW_TRY(check_bucket(stop));
      continue;
    }
    if (!round_) begin_round();
    auto portion = round_->feed->next(stop);
    if (stop.stop_requested()) break;
    if (!portion) {
      give_up_round(to_string(portion.error()), stop);
    } else if (!*portion) {
      finish_round(stop);
    } else if (auto delivery = hand_out(**std::move(portion))) {
      return delivery;
    }
  }
  return std::nullopt;
}

// What a person has to change is said at once; later on everything is waited for.
Result<void> S3Source::check_bucket(const std::stop_token& stop) {
  const aws::ListRequest request{.bucket = setup_.location.bucket,
                                 .prefix = setup_.location.prefix,
                                 .delimiter = {},
                                 .start_after = {},
                                 .token = {},
                                 .keys_max = 1};
  const auto page = ports_.store->list(request, stop);
  if (page) {
    has_answered_ = true;
    return {};
  }
  using Kind = aws::Failure::Kind;
  const Kind kind = page.error().kind;
  if (kind == Kind::Cancelled) return {};
  if (kind == Kind::Exhausted) {
    pause_after(name_ + ": " + aws::to_string(page.error()), stop);
    return {};
  }
  Error error = aws::to_error(page.error());
  error.where = name_;
  return tl::unexpected(std::move(error));
}

// A day at a time until yesterday is reached; then yesterday, today, and what is still in trouble.
void S3Source::begin_round() {
  round_ = std::make_unique<Round>();
  if (next_day_ < yesterday()) {
    round_->first = next_day_;
    round_->end = next_day_ + days{1};
  } else {
    round_->first = mark().day;
  }
  round_->feed = std::make_unique<S3Feed>(
      ports_.store, std::vector{setup_.location},
      S3FeedOptions{.days = days_between(round_->first, round_->end),
                    .wanted = [this, round = round_.get()](
                                  const ListedObject& object) { return is_wanted(*round, object); },
                    .is_known = {},
                    .fetch = {}},
      round_->progress, hang_up_.get_token());
}

bool S3Source::is_wanted(const Round& round, const ListedObject& object) {
  const UnixSeconds now = ports_.utc();
  const UnixSeconds written = cloudtrail::parse_time(object.info.last_modified).value_or(now);
  if (written < setup_.mark.since) return false;
  const sys_days day = day_of(object.info.key).value_or(day_at(written));
  if (day < round.first || (round.end && day >= *round.end)) return false;
  const std::lock_guard lock(mutex_);
  return ledger_.take_up({id_of(object.name(), object.version()), day}, now);
}

std::optional<Delivery> S3Source::hand_out(cloudtrail::Portion portion) {
  if (portion.problem && portion.problem->kind == cloudtrail::ProblemKind::LeftOut) {
    return std::nullopt;
  }
  const std::uint64_t id = id_of(portion.slice.path, portion.version);
  if (portion.problem) {
    put_off(id, to_string(*portion.problem));
    return std::nullopt;
  }
  auto bytes = read_whole(portion);
  if (!bytes) {
    put_off(id, portion.slice.path + ": " + to_string(bytes.error()));
    return std::nullopt;
  }
  const std::lock_guard lock(mutex_);
  return Delivery{.name = std::move(portion.slice.path),
                  .bytes = *std::move(bytes),
                  .receipt = Receipt{id},
                  .object = ledger_.hand_out(id)};
}

void S3Source::put_off(std::uint64_t object, const std::string& reason) {
  seconds pause{};
  {
    const std::lock_guard lock(mutex_);
    pause = ledger_.failed(object, ports_.utc());
  }
  ports_.note(reason + "; next try in " + std::to_string(pause.count() / 60) + " min");
}

void S3Source::await_settled(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t rings = settled_.rings();
    {
      const std::lock_guard lock(mutex_);
      if (!ledger_.has_handed_out()) return;
    }
    settled_.wait(rings, std::nullopt, stop);
  }
}

void S3Source::finish_round(const std::stop_token& stop) {
  await_settled(stop);
  if (stop.stop_requested()) return;
  const bool is_slice = round_->end.has_value();
  next_day_ = is_slice ? *round_->end : std::max(next_day_, yesterday());
  round_.reset();
  failures_ = 0;
  move_mark();
  if (is_slice) return;
  const double stretch = 0.9 + 0.2 * ports_.chance();
  const std::chrono::duration<double, std::milli> pause = milliseconds(setup_.poll) * stretch;
  ports_.sleep(std::chrono::duration_cast<milliseconds>(pause), stop);
}

void S3Source::move_mark() {
  std::size_t given_up = 0;
  {
    const std::lock_guard lock(mutex_);
    given_up = ledger_.give_up_old(ports_.utc());
    const sys_days day = std::min(next_day_, ledger_.first_day_in_trouble().value_or(next_day_));
    if (day != mark_.day) ledger_.forget_before(day);
    mark_.day = day;
  }
  if (given_up == 0) return;
  ports_.note(name_ + ": log files that could not be read for a day are left out: " +
              std::to_string(given_up));
}

void S3Source::give_up_round(const std::string& reason, const std::stop_token& stop) {
  round_.reset();
  {
    const std::lock_guard lock(mutex_);
    ledger_.drop_unfetched();
  }
  pause_after(reason, stop);
}

void S3Source::pause_after(const std::string& reason, const std::stop_token& stop) {
  const seconds pause = std::min(kFirstPause * (1 << std::min(failures_++, 10U)), kPauseMax);
  ports_.note(reason + "; next try in " + std::to_string(pause.count()) + " s");
  ports_.sleep(pause, stop);
}

void S3Source::done(Receipt receipt) {
  {
    const std::lock_guard lock(mutex_);
    ledger_.done(static_cast<std::uint64_t>(receipt));
  }
  settled_.ring();
}

void S3Source::failed(Receipt receipt, std::string_view) {
  {
    const std::lock_guard lock(mutex_);
    ledger_.failed(static_cast<std::uint64_t>(receipt), ports_.utc());
  }
  settled_.ring();
}

void S3Source::close() {
  hang_up_.request_stop();
  const std::lock_guard reading(reading_);
  round_.reset();
}

S3Mark S3Source::mark() const {
  const std::lock_guard lock(mutex_);
  return mark_;
}

}  // namespace trailwarden::source
