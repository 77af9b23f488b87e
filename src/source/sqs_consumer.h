// A consumer of an SQS queue without threads of its own: each step is a call, so that tests can do
// them in any order. sqs_source.h runs it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "source/dead_letters.h"
#include "source/live_source.h"
#include "source/sqs_ledger.h"
#include "source/sqs_queue.h"

namespace trailwarden::source {

struct SqsOptions {
  // Of one long poll; SQS takes 20 at most.
  std::chrono::seconds wait{20};
  // How long a message stays hidden from others without a word from us: so long does it take until
  // it comes again behind a crash. It is prolonged while work lasts. At most 3600.
  std::chrono::seconds visibility{120};
  // A message that fails and was received so often goes to the dead letters.
  unsigned receives_max = 5;
  // Nothing more is received while so much is held.
  std::size_t messages_max = 1'000;
  std::size_t body_bytes_max = std::size_t{64} << 20;
  // How long a message that is done waits for others to be deleted in one call.
  std::chrono::milliseconds linger{100};
};

// The whole of an object. Its failures of kind Refused and Unreadable are the object's own.
using Fetch =
    std::function<aws::Outcome<std::string>(const ObjectRef& object, const std::stop_token& stop)>;

// What a consumer asks of the world.
struct SqsPorts {
  SqsQueue queue;
  Fetch fetch;
  DeadLetters dead_letters;
  Note note;
  SteadyClock now = std::chrono::steady_clock::now;
  std::function<UnixSeconds()> utc;
};

// Since the start. Each message that was received and not `repeated` ends in one of deleted,
// dead_lettered (which are deleted as well), left_in_queue, or is still held.
struct SqsCounts {
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> repeated{0};  // Came again while, or after, we handled it.
  std::atomic<std::uint64_t> deleted{0};
  std::atomic<std::uint64_t> without_logs{0};  // Tests, deletions, digest files: nothing to read.
  std::atomic<std::uint64_t> dead_lettered{0};
  std::atomic<std::uint64_t> left_in_queue{0};  // Failed; the queue hands them out again, or moves
                                                // them by its own redrive policy.
  std::atomic<std::uint64_t> lost{0};           // Were shown to others while we held them.
};

// Safe for any number of threads.
class SqsConsumer {
 public:
  SqsConsumer(SqsOptions options, SqsPorts ports);

  // Whether receive() should be called now: there is room, and no failure to sleep off.
  bool wants_messages() const;
  // When it may want some again, as far as that is a matter of time.
  std::optional<SteadyTime> wants_messages_at() const;
  // One long poll. What came is ours. Error: the queue cannot be had at all (no such queue, not
  // allowed); trouble that may pass is noted, and slept off before wants_messages() says so.
  Result<void> receive(const std::stop_token& stop);

  // The next delivery that can be had now, fetched. Nothing: there is none.
  std::optional<Delivery> take(const std::stop_token& stop);
  // When take() may have one that it does not have now; nothing: not before more is received.
  std::optional<SteadyTime> next_part() const;

  void done(Receipt receipt);
  void failed(Receipt receipt, std::string_view reason);

  // Prolongs what must be prolonged now; says when to come back at the latest.
  std::optional<SteadyTime> prolong(const std::stop_token& stop);
  // Deletes what is done, up to ten messages; says when to come back.
  std::optional<SteadyTime> remove(std::chrono::milliseconds linger, const std::stop_token& stop);

  // Makes what was neither done nor failed visible to others at once.
  void give_back(const std::stop_token& stop);

  const SqsCounts& counts() const { return counts_; }
  std::size_t held() const;
  std::size_t undeleted() const;
  const SqsOptions& options() const { return options_; }

 private:
  // Enters a message; gives back one that is to be put aside.
  std::optional<FailedMessage> accept(SqsMessage message);
  void settle(Receipt receipt, std::optional<std::string_view> failure);
  void put_aside(const SqsMessage& message, const std::string& reason, const std::stop_token& stop);
  void leave(const std::string& message_id);
  std::optional<Delivery> fetch(SqsPart part, const std::stop_token& stop);
  Result<void> not_received(const aws::Failure& failure);
  void removed(const SqsHandle& handle, const BatchEntry& entry);
  bool has_room() const;

  const SqsOptions options_;
  const SqsPorts ports_;
  SqsCounts counts_;

  mutable std::mutex mutex_;  // Over what follows; never held over a call to the world.
  SqsLedger ledger_;
  SteadyTime receive_at_{};  // Not before.
  unsigned receive_failures_ = 0;
  bool has_answered_ = false;  // The queue has, once.
};

}  // namespace trailwarden::source
