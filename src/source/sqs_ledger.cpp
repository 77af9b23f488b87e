#include "source/sqs_ledger.h"

#include <algorithm>
#include <utility>

namespace trailwarden::source {
namespace {

using std::chrono::milliseconds;

constexpr SteadyTime kNever = SteadyTime::max();
// SQS hides a message for so long after it was received, and no longer.
constexpr std::chrono::hours kHiddenMax{12};
constexpr std::size_t kRememberedMax = 10'000;
constexpr milliseconds kFirstDeletionPause{200};
constexpr milliseconds kDeletionPauseMax{30'000};

// Before half of the time has gone; what fails then has half of it left for other tries.
milliseconds until_next_hiding(std::chrono::seconds visibility) {
  return milliseconds(visibility) * 2 / 5;
}

milliseconds until_hiding_retry(std::chrono::seconds visibility) {
  return milliseconds(visibility) / 20;
}

milliseconds deletion_pause(unsigned deletions) {
  return std::min(kFirstDeletionPause * (1 << std::min(deletions, 10U)), kDeletionPauseMax);
}

std::optional<SteadyTime> unless_never(SteadyTime time) {
  return time == kNever ? std::nullopt : std::optional(time);
}

}  // namespace

void SqsLedger::keep_hidden(Held& held, SteadyTime now) const {
  const SteadyTime next = now + until_next_hiding(visibility_);
  held.hide_at = next + visibility_ > held.first_received + kHiddenMax ? kNever : next;
}

SqsLedger::Arrival SqsLedger::receive(SqsMessage message, SteadyTime now) {
  const std::string id = message.id;
  const auto found = held_.find(id);
  const bool is_known = found != held_.end();
  if (is_known) body_bytes_ -= found->second.message.body.size();
  Held& held = is_known ? found->second : held_[id];
  body_bytes_ += message.body.size();
  held.message = std::move(message);
  held.first_received = now;
  keep_hidden(held, now);
  if (is_known) return Arrival::Known;
  if (!lately_.contains(id)) return Arrival::New;
  held.delete_at = now;
  return Arrival::Done;
}

void SqsLedger::add_part(SqsPart part) {
  part.receipt = Receipt{next_receipt_++};
  open_.emplace(part.receipt, part.message_id);
  ++held_.at(part.message_id).parts_open;
  ready_.push_back(std::move(part));
}

void SqsLedger::add_object(const std::string& message_id, ObjectRef object) {
  add_part({.message_id = message_id, .object = std::move(object), .text = {}});
}

void SqsLedger::add_text(const std::string& message_id, std::string text) {
  add_part({.message_id = message_id, .object = {}, .text = std::move(text)});
}

std::optional<SqsPart> SqsLedger::take(SteadyTime now) {
  const auto found = std::find_if(ready_.begin(), ready_.end(),
                                  [&](const SqsPart& part) { return part.not_before <= now; });
  if (found == ready_.end()) return std::nullopt;
  SqsPart part = std::move(*found);
  ready_.erase(found);
  return part;
}

void SqsLedger::postpone(SqsPart part, SteadyTime not_before) {
  part.not_before = not_before;
  ready_.push_back(std::move(part));
}

std::optional<SteadyTime> SqsLedger::next_part() const {
  SteadyTime next = kNever;
  for (const SqsPart& part : ready_) next = std::min(next, part.not_before);
  return unless_never(next);
}

std::optional<FailedMessage> SqsLedger::settle(Receipt receipt,
                                               std::optional<std::string_view> failure,
                                               SteadyTime now) {
  const auto open = open_.find(receipt);
  if (open == open_.end()) return std::nullopt;
  const std::string id = std::move(open->second);
  open_.erase(open);
  Held& held = held_.at(id);
  if (failure && !held.failure) held.failure = *failure;
  if (--held.parts_open > 0) return std::nullopt;
  if (held.failure) return FailedMessage{held.message, *held.failure};
  done(id, now);
  return std::nullopt;
}

void SqsLedger::done(const std::string& message_id, SteadyTime now) {
  remember(message_id);
  const auto held = held_.find(message_id);
  if (held != held_.end()) held->second.delete_at = now;
}

void SqsLedger::forget(const std::string& message_id) {
  const auto held = held_.find(message_id);
  if (held != held_.end()) drop(held);
}

std::vector<SqsHandle> SqsLedger::to_hide(SteadyTime now) {
  std::vector<SqsHandle> handles;
  for (auto& [id, held] : held_) {
    if (held.hide_at > now || held.is_on_the_way) continue;
    keep_hidden(held, now);
    handles.push_back({id, held.message.receipt_handle});
    if (handles.size() == kSqsBatchMax) break;
  }
  return handles;
}

void SqsLedger::hidden(const SqsHandle& handle, BatchFate fate, SteadyTime now) {
  const auto found = held_.find(handle.message_id);
  if (found == held_.end() || found->second.message.receipt_handle != handle.receipt_handle) return;
  if (fate == BatchFate::Again) found->second.hide_at = now + until_hiding_retry(visibility_);
  // Not ours any more: others may have it. Our work on it goes on, as it may be all there is.
  if (fate == BatchFate::Refused) found->second.hide_at = kNever;
}

std::optional<SteadyTime> SqsLedger::next_hiding() const {
  SteadyTime next = kNever;
  for (const auto& [id, held] : held_) {
    if (!held.is_on_the_way) next = std::min(next, held.hide_at);
  }
  return unless_never(next);
}

std::vector<SqsHandle> SqsLedger::to_delete(SteadyTime now, milliseconds linger) {
  std::vector<Messages::iterator> due;
  bool is_time = false;
  for (auto at = held_.begin(); at != held_.end() && due.size() < kSqsBatchMax; ++at) {
    const Held& held = at->second;
    if (!held.delete_at || held.is_on_the_way || *held.delete_at > now) continue;
    due.push_back(at);
    is_time = is_time || *held.delete_at + linger <= now;
  }
  std::vector<SqsHandle> handles;
  if (!is_time && due.size() < kSqsBatchMax) return handles;
  handles.reserve(due.size());
  for (const Messages::iterator at : due) {
    at->second.is_on_the_way = true;
    handles.push_back({at->first, at->second.message.receipt_handle});
  }
  return handles;
}

bool SqsLedger::deleted(const SqsHandle& handle, BatchFate fate, SteadyTime now) {
  const auto found = held_.find(handle.message_id);
  if (found == held_.end()) return false;
  Held& held = found->second;
  held.is_on_the_way = false;
  // It came again meanwhile. Deleting by an older handle may have done nothing, and said "done".
  if (held.message.receipt_handle != handle.receipt_handle) {
    held.delete_at = now;
    return false;
  }
  if (fate == BatchFate::Again) {
    held.delete_at = now + deletion_pause(held.deletions++);
    return false;
  }
  drop(found);
  return fate == BatchFate::Done;
}

std::optional<SteadyTime> SqsLedger::next_deletion(milliseconds linger) const {
  std::vector<SteadyTime> due;
  for (const auto& [id, held] : held_) {
    if (held.delete_at && !held.is_on_the_way) due.push_back(*held.delete_at);
  }
  if (due.empty()) return std::nullopt;
  std::sort(due.begin(), due.end());
  const SteadyTime alone = due.front() + linger;
  return due.size() < kSqsBatchMax ? alone : std::min(alone, due[kSqsBatchMax - 1]);
}

std::vector<SqsHandle> SqsLedger::give_up_rest() {
  std::vector<SqsHandle> handles;
  for (auto at = held_.begin(); at != held_.end();) {
    const auto next = std::next(at);
    if (!at->second.delete_at) {
      handles.push_back({at->first, at->second.message.receipt_handle});
      drop(at);
    }
    at = next;
  }
  open_.clear();
  ready_.clear();
  return handles;
}

std::size_t SqsLedger::undeleted_count() const {
  return static_cast<std::size_t>(std::count_if(held_.begin(), held_.end(), [](const auto& entry) {
    return entry.second.delete_at.has_value();
  }));
}

void SqsLedger::remember(const std::string& message_id) {
  if (!lately_.insert(message_id).second) return;
  lately_in_order_.push_back(message_id);
  if (lately_in_order_.size() <= kRememberedMax) return;
  lately_.erase(lately_in_order_.front());
  lately_in_order_.pop_front();
}

void SqsLedger::drop(Messages::iterator held) {
  body_bytes_ -= held->second.message.body.size();
  held_.erase(held);
}

}  // namespace trailwarden::source
