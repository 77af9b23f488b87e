#include "source/lookup_region.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "aws/operations.h"
#include "aws/scalar.h"
#include "base/hash.h"

namespace trailwarden::source {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::int64_t kEventsPerPage = 50;  // The most that the API gives.
constexpr UnixSeconds kDay = 86'400;
constexpr UnixSeconds kStretchMax = 30 * kDay;
constexpr UnixSeconds kHistory = 90 * kDay;      // What CloudTrail keeps.
constexpr std::size_t kRememberedMax = 200'000;  // Twice what the API can list in `lateness`.
constexpr milliseconds kFirstPause{1'000};
constexpr milliseconds kPauseMax{60'000};
// A run that has an end does not wait for ever for an API that is away.
constexpr unsigned kFailuresMax = 8;

bool is_throttling(const aws::Failure& failure) {
  constexpr std::array<std::string_view, 4> kCodes = {
      "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"};
  return std::find(kCodes.begin(), kCodes.end(), failure.code) != kCodes.end();
}

bool is_for_ever(const aws::Failure& failure) {
  return failure.kind == aws::Failure::Kind::Refused;
}

bool is_about_us(const aws::Failure& failure) {
  return failure.kind == aws::Failure::Kind::Credentials ||
         failure.kind == aws::Failure::Kind::Unreachable;
}

milliseconds pause_after(unsigned failures) {
  return std::min(kFirstPause * (1 << std::min(failures, 10U)), kPauseMax);
}

std::string_view text_at(const json::object& of, std::string_view name) {
  const json::value* found = of.if_contains(name);
  return found != nullptr && found->is_string() ? aws::view(found->get_string())
                                                : std::string_view();
}

UnixSeconds time_of(const json::object& event) {
  const json::value* found = event.if_contains("EventTime");
  return found == nullptr || !found->is_number()
             ? 0
             : static_cast<UnixSeconds>(found->to_number<double>());
}

// An event that says no id is told by its text.
std::uint64_t id_of(const json::object& event) {
  const std::string_view id = text_at(event, "EventId");
  return hash64(id.empty() ? text_at(event, "CloudTrailEvent") : id);
}

}  // namespace

LookupRegion::LookupRegion(LookupTask task, LookupPorts ports, std::optional<LookupMark> mark)
    : task_(std::move(task)),
      ports_(std::move(ports)),
      rate_key_(task_.account + "/" + task_.region) {
  if (mark) {
    mark_ = std::move(*mark);
    for (const auto& [id, time] : mark_.seen) remembered_.push_back(id);
  } else {
    mark_.until = task_.since;
  }
  mark_.until = std::max(mark_.until, ports_.utc() - kHistory);
}

Result<std::optional<LookupPage>> LookupRegion::next(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!stretch_ && !begin_stretch()) return std::nullopt;
    if (stretch_->is_listed) {
      finish_stretch(stop);
      continue;
    }
    std::optional<LookupPage> page = TW_TRY(next_page(stop));
    if (page) return page;
  }
  return std::nullopt;
}

bool LookupRegion::begin_stretch() {
  const std::lock_guard lock(mutex_);
  const UnixSeconds now = ports_.utc();
  const UnixSeconds end = std::min({mark_.until + length_, now, task_.until.value_or(now)});
  if (task_.until && mark_.until >= *task_.until) return false;
  stretch_ = Stretch{.begin = mark_.until, .end = std::max(end, mark_.until), .asked_at = now};
  return true;
}

void LookupRegion::await_settled(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t rings = settled_.rings();
    {
      const std::lock_guard lock(mutex_);
      if (open_.empty()) return;
    }
    settled_.wait(rings, std::nullopt, stop);
  }
}

void LookupRegion::finish_stretch(const std::stop_token& stop) {
  await_settled(stop);
  if (stop.stop_requested()) return;
  const Stretch listed = *std::exchange(stretch_, std::nullopt);
  const bool is_last = task_.until && listed.end >= *task_.until;
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(has_failed_pages_, false)) {
      // A run with an end takes what has appeared; who follows lists again what is young.
      const UnixSeconds settled = listed.asked_at - task_.lateness.count();
      mark_.until = std::max(mark_.until, is_last ? listed.end : std::min(listed.end, settled));
      forget_old();
      // A day at a time, so that a restart has little to list again; longer where there is little.
      length_ = listed.pages > 1 ? kDay : std::min(2 * length_, kStretchMax);
      if (is_last || listed.end < listed.asked_at) return;
    }
  }
  ports_.sleep(task_.poll, stop);
}

Result<std::optional<LookupPage>> LookupRegion::next_page(const std::stop_token& stop) {
  json::object input{
      {"StartTime", stretch_->begin}, {"EndTime", stretch_->end}, {"MaxResults", kEventsPerPage}};
  if (!stretch_->token.empty()) input["NextToken"] = stretch_->token;
  if (!ports_.rate->await_turn(rate_key_, stop)) return std::nullopt;
  const auto answer = ports_.call(aws::kLookupEvents, input, stop, {});
  if (!answer) {
    TW_TRY(not_listed(answer.error(), stop));
    return std::nullopt;
  }
  ports_.rate->went_well(rate_key_);
  has_answered_ = true;
  failures_ = 0;
  // A page may be empty in the middle: only the lack of a token is the end.
  stretch_->token = std::string(text_at(*answer, "NextToken"));
  stretch_->is_listed = stretch_->token.empty();
  ++stretch_->pages;
  return page_of(*answer);
}

Result<void> LookupRegion::not_listed(const aws::Failure& failure, const std::stop_token& stop) {
  if (failure.kind == aws::Failure::Kind::Cancelled) return {};
  if (is_throttling(failure)) {
    ports_.rate->throttled(rate_key_);
    return {};
  }
  const std::string line = task_.region + ": " + aws::to_string(failure);
  if (failure.code == "InvalidNextTokenException" && !stretch_->token.empty()) {
    ports_.note(line + "; listed again from its first page");
    stretch_->token.clear();
    return {};
  }
  const bool is_final = (!has_answered_ && (is_for_ever(failure) || is_about_us(failure))) ||
                        (task_.until && (is_for_ever(failure) || failures_ >= kFailuresMax));
  if (is_final) return fail(ErrorCode::Io, line);
  const milliseconds pause = pause_after(failures_++);
  ports_.note(line + "; next try in " + std::to_string(pause.count() / 1000) + " s");
  ports_.sleep(pause, stop);
  return {};
}

std::optional<LookupPage> LookupRegion::page_of(const json::object& answer) {
  const json::value* list = answer.if_contains("Events");
  if (list == nullptr || !list->is_array()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  json::array fresh;
  std::vector<Event> events;
  UnixSeconds newest = 0;
  for (const json::value& value : list->get_array()) {
    const json::object& text = value.as_object();
    const Event event{id_of(text), time_of(text)};
    if (mark_.seen.contains(event.id) || !handed_out_.insert(event.id).second) continue;
    newest = std::max(newest, event.time);
    events.push_back(event);
    fresh.push_back(value);
  }
  if (fresh.empty()) return std::nullopt;
  LookupPage page{.number = next_number_++,
                  .name = "lookup:" + task_.region + "/" + format_utc(newest),
                  .json = json::serialize(json::object{{"Events", std::move(fresh)}})};
  open_.emplace(page.number, std::move(events));
  return page;
}

void LookupRegion::settle(std::uint64_t page, bool is_done) {
  {
    const std::lock_guard lock(mutex_);
    const auto open = open_.find(page);
    if (open == open_.end()) return;
    for (const Event& event : open->second) {
      handed_out_.erase(event.id);
      if (is_done) remember(event);
    }
    has_failed_pages_ = has_failed_pages_ || !is_done;
    open_.erase(open);
  }
  settled_.ring();
}

LookupMark LookupRegion::mark() const {
  const std::lock_guard lock(mutex_);
  return mark_;
}

void LookupRegion::remember(const Event& event) {
  if (!mark_.seen.emplace(event.id, event.time).second) return;
  remembered_.push_back(event.id);
  if (remembered_.size() <= kRememberedMax) return;
  mark_.seen.erase(remembered_.front());
  remembered_.pop_front();
}

void LookupRegion::forget_old() {
  const auto is_old = [this](std::uint64_t id) {
    const auto seen = mark_.seen.find(id);
    if (seen->second >= mark_.until) return false;
    mark_.seen.erase(seen);
    return true;
  };
  remembered_.erase(std::remove_if(remembered_.begin(), remembered_.end(), is_old),
                    remembered_.end());
}

}  // namespace trailwarden::source
