#include "source/sqs_consumer.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace trailwarden::source {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{1'000};
constexpr milliseconds kPauseMax{60'000};

milliseconds pause_after(unsigned failures) {
  return std::min(kFirstPause * (1 << std::min(failures, 10U)), kPauseMax);
}

// Refusals that pass: SQS names them with status 400 like all others.
bool passes(const aws::Failure& failure) {
  constexpr std::array<std::string_view, 4> kCodes = {"OverLimit", "RequestThrottled",
                                                      "KmsThrottled", "ThrottlingException"};
  return failure.kind != aws::Failure::Kind::Refused ||
         std::find(kCodes.begin(), kCodes.end(), failure.code) != kCodes.end();
}

bool is_about_us(const aws::Failure& failure) {
  return failure.kind == aws::Failure::Kind::Credentials ||
         failure.kind == aws::Failure::Kind::Unreachable;
}

// What a person can do about it, for the codes that need no look into a manual.
std::string_view advice_on(const std::string& code) {
  if (code == "QueueDoesNotExist") return "; is it the URL of a queue in this region?";
  if (code == "OverLimit") {
    return "; 120,000 messages are received and not deleted: is another consumer stuck?";
  }
  return {};
}

// Whether an object cannot be had whenever it is asked for.
bool is_of_the_object(const aws::Failure& failure) {
  return failure.kind == aws::Failure::Kind::Refused ||
         failure.kind == aws::Failure::Kind::Unreadable;
}

std::vector<std::string> receipt_handles_of(const std::vector<SqsHandle>& handles) {
  std::vector<std::string> texts;
  texts.reserve(handles.size());
  for (const SqsHandle& handle : handles) texts.push_back(handle.receipt_handle);
  return texts;
}

}  // namespace

SqsConsumer::SqsConsumer(SqsOptions options, SqsPorts ports)
    : options_(options), ports_(std::move(ports)), ledger_(options.visibility) {}

bool SqsConsumer::has_room() const {
  return ledger_.message_count() < options_.messages_max &&
         ledger_.body_bytes() < options_.body_bytes_max;
}

bool SqsConsumer::wants_messages() const {
  const std::lock_guard lock(mutex_);
  return has_room() && receive_at_ <= ports_.now();
}

std::optional<SteadyTime> SqsConsumer::wants_messages_at() const {
  const std::lock_guard lock(mutex_);
  return has_room() ? std::optional(receive_at_) : std::nullopt;
}

Result<void> SqsConsumer::receive(const std::stop_token& stop) {
  auto messages = ports_.queue.receive(options_.wait, options_.visibility, stop);
  if (!messages) return not_received(messages.error());
  {
    const std::lock_guard lock(mutex_);
    has_answered_ = true;
    receive_failures_ = 0;
  }
  // All are entered before the first is put aside: that may take its time, and theirs is running.
  std::vector<FailedMessage> unknown;
  for (SqsMessage& message : *messages) {
    if (auto failed = accept(std::move(message))) unknown.push_back(std::move(*failed));
  }
  for (const FailedMessage& failed : unknown) put_aside(failed.message, failed.reason, stop);
  return {};
}

Result<void> SqsConsumer::not_received(const aws::Failure& failure) {
  if (failure.kind == aws::Failure::Kind::Cancelled) return {};
  const std::string line =
      ports_.queue.url() + ": " + aws::to_string(failure) + std::string(advice_on(failure.code));
  milliseconds pause{};
  {
    const std::lock_guard lock(mutex_);
    const bool is_final = !passes(failure) || (!has_answered_ && is_about_us(failure));
    if (is_final) return fail(ErrorCode::Io, line);
    pause = pause_after(receive_failures_++);
    receive_at_ = ports_.now() + pause;
  }
  ports_.note(line + "; next try in " + std::to_string(pause.count() / 1000) + " s");
  return {};
}

std::optional<FailedMessage> SqsConsumer::accept(SqsMessage message) {
  Notification notification = read_notification(message.body);
  const std::lock_guard lock(mutex_);
  if (ledger_.receive(message, ports_.now()) != SqsLedger::Arrival::New) {
    ++counts_.repeated;
    return std::nullopt;
  }
  ++counts_.received;
  // Whatever we did with it, it never came to an end: it may be what ends us.
  if (ports_.dead_letters.is_set() && message.receive_count > 2 * options_.receives_max) {
    notification.kind = Notification::Kind::Unknown;
    notification.reason = "received " + std::to_string(message.receive_count) +
                          " times, and its handling never came to an end";
  }
  switch (notification.kind) {
    case Notification::Kind::Objects:
      for (ObjectRef& object : notification.objects) {
        ledger_.add_object(message.id, std::move(object));
      }
      break;
    case Notification::Kind::Events:
      ledger_.add_text(message.id, std::move(notification.text));
      break;
    case Notification::Kind::Nothing:
      ++counts_.without_logs;
      ledger_.done(message.id, ports_.now());
      break;
    case Notification::Kind::Unknown:
      return FailedMessage{std::move(message), std::move(notification.reason)};
  }
  return std::nullopt;
}

void SqsConsumer::put_aside(const SqsMessage& message, const std::string& reason,
                            const std::stop_token& stop) {
  const std::string name = "sqs message " + message.id;
  if (!ports_.dead_letters.is_set()) {
    ports_.note(name + ": " + reason + "; left in the queue");
    return leave(message.id);
  }
  const DeadLetter letter{ports_.queue.url(), message.id, message.receive_count, reason,
                          message.body};
  if (auto put = ports_.dead_letters.put(letter, ports_.utc(), stop); !put) {
    ports_.note(name + ": " + reason + "; left in the queue: " + to_string(put.error()));
    return leave(message.id);
  }
  ports_.note(name + ": " + reason + "; put among the dead letters");
  ++counts_.dead_lettered;
  const std::lock_guard lock(mutex_);
  ledger_.done(message.id, ports_.now());
}

void SqsConsumer::leave(const std::string& message_id) {
  ++counts_.left_in_queue;
  const std::lock_guard lock(mutex_);
  ledger_.forget(message_id);
}

std::optional<Delivery> SqsConsumer::take(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::optional<SqsPart> part;
    {
      const std::lock_guard lock(mutex_);
      part = ledger_.take(ports_.now());
    }
    if (!part) return std::nullopt;
    if (part->object.bucket.empty()) {
      return Delivery{"sqs message " + part->message_id, std::move(part->text), part->receipt};
    }
    if (auto delivery = fetch(std::move(*part), stop)) return delivery;
  }
  return std::nullopt;
}

std::optional<Delivery> SqsConsumer::fetch(SqsPart part, const std::stop_token& stop) {
  std::string name = "s3://" + part.object.bucket + "/" + part.object.key;
  auto bytes = ports_.fetch(part.object, stop);
  if (bytes) return Delivery{std::move(name), std::move(*bytes), part.receipt};
  const aws::Failure& failure = bytes.error();
  if (is_of_the_object(failure)) {
    settle(part.receipt, name + ": " + aws::to_string(failure));
    return std::nullopt;
  }
  // The way to S3 is shut, for this object as for the next. The message stays ours meanwhile:
  // handing it back would only make it look like one that cannot be handled.
  milliseconds pause{0};
  if (failure.kind != aws::Failure::Kind::Cancelled) {
    pause = pause_after(part.tries++);
    ports_.note(name + ": " + aws::to_string(failure) + "; next try in " +
                std::to_string(pause.count() / 1000) + " s");
  }
  const std::lock_guard lock(mutex_);
  ledger_.postpone(std::move(part), ports_.now() + pause);
  return std::nullopt;
}

std::optional<SteadyTime> SqsConsumer::next_part() const {
  const std::lock_guard lock(mutex_);
  return ledger_.next_part();
}

void SqsConsumer::done(Receipt receipt) { settle(receipt, std::nullopt); }

void SqsConsumer::failed(Receipt receipt, std::string_view reason) { settle(receipt, reason); }

void SqsConsumer::settle(Receipt receipt, std::optional<std::string_view> failure) {
  std::optional<FailedMessage> failed;
  {
    const std::lock_guard lock(mutex_);
    failed = ledger_.settle(receipt, failure, ports_.now());
  }
  if (!failed) return;
  const SqsMessage& message = failed->message;
  if (message.receive_count >= options_.receives_max) {
    return put_aside(
        message, "failed " + std::to_string(message.receive_count) + " times: " + failed->reason,
        {});
  }
  ports_.note("sqs message " + message.id + ": " + failed->reason + "; comes again within " +
              std::to_string(options_.visibility.count()) + " s");
  leave(message.id);
}

std::optional<SteadyTime> SqsConsumer::prolong(const std::stop_token& stop) {
  std::vector<SqsHandle> handles;
  {
    const std::lock_guard lock(mutex_);
    handles = ledger_.to_hide(ports_.now());
    if (handles.empty()) return ledger_.next_hiding();
  }
  auto fates = ports_.queue.hide(receipt_handles_of(handles), options_.visibility, stop);
  if (!fates && fates.error().kind != aws::Failure::Kind::Cancelled) {
    ports_.note("cannot keep messages hidden: " + aws::to_string(fates.error()));
  }
  const std::vector<BatchEntry> entries =
      fates ? std::move(*fates) : std::vector<BatchEntry>(handles.size());
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < handles.size(); ++i) {
    ledger_.hidden(handles[i], entries[i].fate, ports_.now());
    if (entries[i].fate == BatchFate::Refused) ++counts_.lost;
  }
  return ledger_.next_hiding();
}

std::optional<SteadyTime> SqsConsumer::remove(milliseconds linger, const std::stop_token& stop) {
  std::vector<SqsHandle> handles;
  {
    const std::lock_guard lock(mutex_);
    handles = ledger_.to_delete(ports_.now(), linger);
    if (handles.empty()) return ledger_.next_deletion(linger);
  }
  auto fates = ports_.queue.remove(receipt_handles_of(handles), stop);
  if (!fates && fates.error().kind != aws::Failure::Kind::Cancelled) {
    ports_.note("cannot delete messages: " + aws::to_string(fates.error()));
  }
  const std::vector<BatchEntry> entries =
      fates ? std::move(*fates) : std::vector<BatchEntry>(handles.size());
  for (std::size_t i = 0; i < handles.size(); ++i) removed(handles[i], entries[i]);
  const std::lock_guard lock(mutex_);
  return ledger_.next_deletion(linger);
}

void SqsConsumer::removed(const SqsHandle& handle, const BatchEntry& entry) {
  if (entry.fate == BatchFate::Refused) {
    ports_.note("sqs message " + handle.message_id + ": not deleted: " + entry.code +
                "; if it comes again it will be, without being handled again");
  }
  const std::lock_guard lock(mutex_);
  if (ledger_.deleted(handle, entry.fate, ports_.now())) ++counts_.deleted;
}

void SqsConsumer::give_back(const std::stop_token& stop) {
  std::vector<SqsHandle> handles;
  {
    const std::lock_guard lock(mutex_);
    handles = ledger_.give_up_rest();
  }
  // What this does not reach comes back on its own when its time is over.
  for (std::size_t at = 0; at < handles.size(); at += kSqsBatchMax) {
    const auto begin = handles.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = handles.end() - begin > std::ptrdiff_t{kSqsBatchMax}
                         ? begin + std::ptrdiff_t{kSqsBatchMax}
                         : handles.end();
    if (!ports_.queue.hide(receipt_handles_of({begin, end}), std::chrono::seconds{0}, stop)) return;
  }
}

std::size_t SqsConsumer::held() const {
  const std::lock_guard lock(mutex_);
  return ledger_.message_count();
}

std::size_t SqsConsumer::undeleted() const {
  const std::lock_guard lock(mutex_);
  return ledger_.undeleted_count();
}

}  // namespace trailwarden::source
