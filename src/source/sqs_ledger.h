// Which messages of a queue are ours at the moment, what is still to be done with each, and until
// when they are hidden from others. Knows no queue and no clock: both are told to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "source/call.h"
#include "source/live_source.h"
#include "source/notification.h"
#include "source/sqs_queue.h"

namespace trailwarden::source {

// What one message asks to be handled, on its own: an object to fetch, or a text.
struct SqsPart {
  Receipt receipt{};
  std::string message_id;
  ObjectRef object;  // Its bucket is empty: `text` is it.
  std::string text;
  SteadyTime not_before{};  // Not to be tried before.
  unsigned tries = 0;
};

// A message whose parts have all been settled, one at least as failed.
struct FailedMessage {
  SqsMessage message;
  std::string reason;
};

// A handle on the way to SQS, and what it is for.
struct SqsHandle {
  std::string message_id;
  std::string receipt_handle;
};

// One thread at a time.
class SqsLedger {
 public:
  explicit SqsLedger(std::chrono::seconds visibility) : visibility_(visibility) {}

  // What the ledger makes of a message that was received.
  enum class Arrival : std::uint8_t {
    New,    // Ours from now on: add its parts, or settle it.
    Known,  // We hold it already, under an older handle. It is as it was, with the new handle.
    Done,   // Handled to the end before: will be deleted again.
  };
  Arrival receive(SqsMessage message, SteadyTime now);

  void add_object(const std::string& message_id, ObjectRef object);
  void add_text(const std::string& message_id, std::string text);

  // The first part that may be tried now.
  std::optional<SqsPart> take(SteadyTime now);
  // Back to the end of the line, whole.
  void postpone(SqsPart part, SteadyTime not_before);
  // When take() may have something; nothing: not before a message comes.
  std::optional<SteadyTime> next_part() const;

  // Settles one part; the message is done with the last of them, if none failed. A receipt that is
  // not known (settled before) is passed over. What is returned is a message with failures whose
  // last part was settled: it stays ours until done() or forget().
  std::optional<FailedMessage> settle(Receipt receipt, std::optional<std::string_view> failure,
                                      SteadyTime now);

  // The message is to be deleted.
  void done(const std::string& message_id, SteadyTime now);
  // The message is left to the queue, which hands it out again when its time is over.
  void forget(const std::string& message_id);

  // Up to ten messages that must be hidden for longer now. They count as extended until hidden()
  // says otherwise.
  std::vector<SqsHandle> to_hide(SteadyTime now);
  void hidden(const SqsHandle& handle, BatchFate fate, SteadyTime now);
  std::optional<SteadyTime> next_hiding() const;

  // Up to ten messages to be deleted now: ten are there, or the oldest has waited for `linger`.
  std::vector<SqsHandle> to_delete(SteadyTime now, std::chrono::milliseconds linger);
  // What came of it. Refused: the message is given up; should it come again, it is Done. Whether it
  // is gone.
  bool deleted(const SqsHandle& handle, BatchFate fate, SteadyTime now);
  std::optional<SteadyTime> next_deletion(std::chrono::milliseconds linger) const;

  // Everything that was not done, to be given back; the ledger forgets it.
  std::vector<SqsHandle> give_up_rest();

  std::size_t message_count() const { return held_.size(); }
  std::size_t body_bytes() const { return body_bytes_; }
  // Messages that are done and not yet deleted.
  std::size_t undeleted_count() const;

 private:
  struct Held {
    SqsMessage message;
    SteadyTime first_received;
    SteadyTime hide_at;  // When to hide it for longer; max: never again.
    std::size_t parts_open = 0;
    std::optional<std::string> failure;
    std::optional<SteadyTime> delete_at;  // Done: when to be deleted.
    bool is_on_the_way = false;           // A deletion is.
    unsigned deletions = 0;
  };

  using Messages = std::map<std::string, Held, std::less<>>;  // By message id.

  void add_part(SqsPart part);
  void keep_hidden(Held& held, SteadyTime now) const;
  void remember(const std::string& message_id);
  void drop(Messages::iterator held);

  const std::chrono::seconds visibility_;
  Messages held_;
  std::map<Receipt, std::string> open_;  // Parts not yet settled, and the ids of their messages.
  std::deque<SqsPart> ready_;
  std::uint64_t next_receipt_ = 1;
  std::size_t body_bytes_ = 0;
  // Ids of messages that were done lately: some come again all the same.
  std::set<std::string, std::less<>> lately_;
  std::deque<std::string> lately_in_order_;
};

}  // namespace trailwarden::source
