// A trail's bucket as a live source, for those who have no notifications of new log files: it is
// listed again and again, and what is new is read once.
//
// CloudTrail writes a log file every five minutes or so for each account and region, and puts the
// day of delivery into its key. Files may appear late and out of order; so the days from yesterday
// on are listed each time, and which of their files were read is remembered. Source of fact:
// CloudTrail User Guide, "Finding your CloudTrail log files", "CloudTrail log file delivery".
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/s3.h"
#include "source/bell.h"
#include "source/listing.h"
#include "source/live_source.h"
#include "source/lookup_rate.h"
#include "source/object_ledger.h"
#include "source/object_store.h"

namespace trailwarden::source {

// How far a bucket was read, beside the objects that were.
struct S3Mark {
  UnixSeconds since = 0;  // What S3 had before this time is left alone: there the first run began.
  std::chrono::sys_days day;  // Of days before it everything was handled.

  bool operator==(const S3Mark&) const = default;
};

// {"schema":1,"since":1790000000,"day":"2026-11-21"}
std::string to_json(const S3Mark& mark);
// Error: Decode, not what to_json() writes.
Result<S3Mark> parse_s3_mark(std::string_view text);
// Of a first run that begins with what arrives from `since` on.
S3Mark s3_mark_from(UnixSeconds since);

struct S3Setup {
  aws::S3Location location;
  S3Mark mark;
  std::vector<ReadObject> read{};  // By earlier runs, as their deliveries said.
  // From the end of one listing to the next, give or take a tenth.
  std::chrono::seconds poll{60};
};

struct S3Ports {
  std::shared_ptr<ObjectStore> store;
  std::function<UnixSeconds()> utc;
  Sleep sleep;
  std::function<double()> chance;  // From [0, 1).
  Note note;
};

// Lists and fetches in threads of its own while somebody waits in next(). Deliveries carry the
// object that they are; one that fails comes again after a while, for a day. A stop ends it.
class S3Source final : public LiveSource {
 public:
  S3Source(S3Setup setup, S3Ports ports);
  ~S3Source() override;

  Result<std::optional<Delivery>> next(const std::stop_token& stop) override;
  void done(Receipt receipt) override;
  void failed(Receipt receipt, std::string_view reason) override;
  void close() override;

  // For the next run. Covers everything that is done; may be called at any time.
  S3Mark mark() const;

 private:
  struct Round;

  Result<void> check_bucket(const std::stop_token& stop);
  void begin_round();
  bool is_wanted(const Round& round, const ListedObject& object);
  std::optional<Delivery> hand_out(cloudtrail::Portion portion);
  void put_off(std::uint64_t object, const std::string& reason);
  void finish_round(const std::stop_token& stop);
  void give_up_round(const std::string& reason, const std::stop_token& stop);
  void await_settled(const std::stop_token& stop);
  void move_mark();
  void pause_after(const std::string& reason, const std::stop_token& stop);
  std::chrono::sys_days yesterday() const;

  const S3Setup setup_;
  const S3Ports ports_;
  const std::string name_;  // "s3://bucket/prefix"

  std::mutex reading_;  // One thread reads, the others wait for it. Over what follows.
  std::stop_source hang_up_;
  bool has_answered_ = false;
  unsigned failures_ = 0;           // Rounds that failed since one was finished.
  std::chrono::sys_days next_day_;  // Days before it were listed to the end.
  std::unique_ptr<Round> round_;

  Bell settled_;
  mutable std::mutex mutex_;  // Over what follows; never held over a call to the world.
  ObjectLedger ledger_;
  S3Mark mark_;
};

}  // namespace trailwarden::source
