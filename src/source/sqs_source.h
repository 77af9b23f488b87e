// A queue as a live source: S3's notifications of new log files, by themselves, through SNS or
// EventBridge; CloudTrail's own announcements; and events that EventBridge put there.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "aws/client.h"
#include "source/bell.h"
#include "source/live_source.h"
#include "source/sqs_consumer.h"

namespace trailwarden::source {

struct SqsSetup {
  std::string queue_url;
  std::string dead_letter_path{};       // A file; empty: none.
  std::string dead_letter_queue_url{};  // Empty: none.
  SqsOptions options{};
};

// Whole objects of S3, up to a size that no log file of CloudTrail's has.
Fetch fetch_from_s3(const aws::Session& session);

// Runs an SqsConsumer: its receives and fetches in the threads that call next(), what keeps
// messages hidden and deletes them in threads of its own.
class SqsSource final : public LiveSource {
 public:
  // Error: no such URL, a file that cannot be written, an option out of its bounds. The queue
  // itself is asked for by the first next().
  static Result<std::unique_ptr<SqsSource>> open(const aws::Session& session, const SqsSetup& setup,
                                                 Note note);
  SqsSource(const SqsOptions& options, SqsPorts ports);
  // As close(), but waits for no network: what was done and not yet deleted comes again.
  ~SqsSource() override;

  Result<std::optional<Delivery>> next(const std::stop_token& stop) override;
  void done(Receipt receipt) override;
  void failed(Receipt receipt, std::string_view reason) override;
  // Takes up to kCloseMax.
  void close() override;

  const SqsCounts& counts() const { return consumer_.counts(); }

 private:
  bool begin_receiving();
  void end_polls(const std::stop_token& stop);
  void keep_hidden(const std::stop_token& stop);
  void keep_deleting(const std::stop_token& stop);

  SqsConsumer consumer_;
  Bell work_;                 // Rung when next() may find something to do.
  Bell settled_;              // Rung when there may be something to delete.
  Bell stopping_;             // Rung when next() was told to stop during a poll.
  std::stop_source hang_up_;  // Ends polls.
  std::stop_source late_;     // Ends deletions under way.
  std::atomic<unsigned> receivers_{0};
  std::vector<std::jthread> threads_;  // Last member: joined before what it uses.
};

}  // namespace trailwarden::source
