// LookupEvents of one region: from pages that come newest first, repeat events and may be empty in
// the middle, to every event once. Sources of fact: AWS CloudTrail API Reference, LookupEvents; AWS
// CloudTrail User Guide, "Quotas" and "Working with CloudTrail event history".
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "base/utc_time.h"
#include "source/bell.h"
#include "source/call.h"
#include "source/live_source.h"
#include "source/lookup_mark.h"
#include "source/lookup_rate.h"

namespace trailwarden::source {

struct LookupTask {
  std::string region;
  std::string account;                 // Whose rate is used up; empty: the session's.
  UnixSeconds since = 0;               // Where to begin when there is no mark; 90 days ago at most.
  std::optional<UnixSeconds> until{};  // Nothing: go on for ever.
  // How late events may appear: what is younger is listed again. CloudTrail speaks of 5 minutes on
  // average and promises nothing.
  std::chrono::seconds lateness{900};
  // Between two listings of what is new.
  std::chrono::seconds poll{60};
};

struct LookupPorts {
  Call call;  // Of the task's region.
  std::shared_ptr<LookupRate> rate;
  std::function<UnixSeconds()> utc;
  Sleep sleep;
  Note note;
};

struct LookupPage {
  std::uint64_t number = 0;  // Names it to settle().
  std::string name;          // "lookup:eu-north-1/2026-11-22T08:00:00Z": its newest event's time.
  std::string json;          // {"Events":[…]}, at least one, none that was handed out before.
};

// next() by one thread at a time; the rest by any.
class LookupRegion {
 public:
  LookupRegion(LookupTask task, LookupPorts ports, std::optional<LookupMark> mark = std::nullopt);

  // The next page that has something new. Nothing: the end of the task's time was reached and all
  // pages are settled, or a stop was requested. Error: events cannot be listed here.
  Result<std::optional<LookupPage>> next(const std::stop_token& stop);

  // Tells what became of a page. The events of one that failed are listed and handed out again.
  void settle(std::uint64_t page, bool is_done);

  // Covers every page that is done.
  LookupMark mark() const;

  const std::string& region() const { return task_.region; }

 private:
  struct Event {
    std::uint64_t id;
    UnixSeconds time;
  };
  // A span of time that is listed from its first page to its last.
  struct Stretch {
    UnixSeconds begin = 0;
    UnixSeconds end = 0;
    UnixSeconds asked_at = 0;  // When its first page was asked for.
    std::string token{};       // Of the next page.
    bool is_listed = false;
    unsigned pages = 0;  // So far.
  };

  // Whether there is one more to list.
  bool begin_stretch();
  // Waits until all of its pages are settled, and then for the next poll, if it reached the
  // present.
  void finish_stretch(const std::stop_token& stop);
  void await_settled(const std::stop_token& stop);
  Result<std::optional<LookupPage>> next_page(const std::stop_token& stop);
  Result<void> not_listed(const aws::Failure& failure, const std::stop_token& stop);
  std::optional<LookupPage> page_of(const boost::json::object& answer);
  void remember(const Event& event);
  void forget_old();

  const LookupTask task_;
  const LookupPorts ports_;
  const std::string rate_key_;
  std::optional<Stretch> stretch_;  // Only next() touches these four.
  UnixSeconds length_ = 86'400;     // Of the next stretch.
  unsigned failures_ = 0;
  bool has_answered_ = false;

  Bell settled_;
  mutable std::mutex mutex_;  // Over what follows.
  LookupMark mark_;
  std::deque<std::uint64_t> remembered_;              // mark_.seen in the order of coming.
  std::unordered_set<std::uint64_t> handed_out_;      // Events of pages that are not settled.
  std::map<std::uint64_t, std::vector<Event>> open_;  // Pages that are not settled.
  std::uint64_t next_number_ = 1;
  bool has_failed_pages_ = false;
};

}  // namespace trailwarden::source
