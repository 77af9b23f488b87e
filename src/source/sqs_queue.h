// One Amazon SQS queue: the calls that a consumer of messages makes, each answer looked at entry by
// entry. Source of fact: Amazon SQS API Reference.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "source/call.h"

namespace trailwarden::source {

// The most that one call takes or gives.
inline constexpr std::size_t kSqsBatchMax = 10;

// The region of the queue that "https://sqs.eu-north-1.amazonaws.com/123456789012/events" names, as
// far as the URL tells; empty: it does not (an endpoint of somebody's own).
std::string region_of_queue(std::string_view url);

struct SqsMessage {
  std::string id;              // The same whenever the message is received.
  std::string receipt_handle;  // Another one each time; only the newest one deletes.
  std::string body;
  unsigned receive_count = 1;  // About how often it was received by now.
};

// What a batch did to one of its entries.
enum class BatchFate : std::uint8_t {
  Done,
  Again,    // The service failed: worth another try.
  Refused,  // The entry is wrong (its handle is no longer good, most of the time).
};

struct BatchEntry {
  BatchFate fate = BatchFate::Again;
  std::string code;  // Why not Done: "ReceiptHandleIsInvalid".
};

// Safe for any number of threads.
class SqsQueue {
 public:
  SqsQueue(std::string url, Call call) : url_(std::move(url)), call_(std::move(call)) {}

  const std::string& url() const { return url_; }

  // Waits up to `wait` (20 s at most) for up to ten messages, which stay hidden from others for
  // `visibility`.
  aws::Outcome<std::vector<SqsMessage>> receive(std::chrono::seconds wait,
                                                std::chrono::seconds visibility,
                                                const std::stop_token& stop) const;

  // At most ten handles. The answer has an entry for each, in their order; one that SQS did not
  // mention counts as Again.
  aws::Outcome<std::vector<BatchEntry>> remove(std::span<const std::string> receipt_handles,
                                               const std::stop_token& stop) const;

  // The same; hides the messages for `visibility` from now on. 0 s: others may have them at once.
  aws::Outcome<std::vector<BatchEntry>> hide(std::span<const std::string> receipt_handles,
                                             std::chrono::seconds visibility,
                                             const std::stop_token& stop) const;

  aws::Outcome<void> send(std::string_view body, const std::stop_token& stop) const;

 private:
  aws::Outcome<std::vector<BatchEntry>> batch(const aws::Operation& operation,
                                              boost::json::array entries,
                                              const std::stop_token& stop) const;

  const std::string url_;
  const Call call_;
};

}  // namespace trailwarden::source
