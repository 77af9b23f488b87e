// Where messages go that cannot be handled, with the reason, so that a person can look at them.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/utc_time.h"
#include "source/sqs_queue.h"

namespace trailwarden::source {

struct DeadLetter {
  std::string queue_url;
  std::string message_id;
  unsigned receive_count = 0;
  std::string reason;
  std::string body;
};

// A file, a queue, both or neither. Safe for any number of threads.
//
// A letter is one line of JSON: {"time","queue","message_id","receive_count","reason","body"}; the
// body is a string, with U+FFFD for bytes that are no UTF-8.
class DeadLetters {
 public:
  // `path`: a file of JSON lines that is appended to, made when it does not exist and readable by
  // its owner only. Empty: none. `queue`: where letters are sent, if any.
  // Error: the file cannot be written to.
  static Result<DeadLetters> open(const std::string& path, std::optional<SqsQueue> queue);

  // Whether letters go anywhere.
  bool is_set() const { return file_ != nullptr || queue_.has_value(); }

  // Returns when the letter is on the disk and in the queue. Error: it may be in one of them.
  Result<void> put(const DeadLetter& letter, UnixSeconds time, const std::stop_token& stop) const;

 private:
  struct File;
  explicit DeadLetters(std::shared_ptr<File> file, std::optional<SqsQueue> queue)
      : file_(std::move(file)), queue_(std::move(queue)) {}

  std::shared_ptr<File> file_;
  std::optional<SqsQueue> queue_;
};

}  // namespace trailwarden::source
