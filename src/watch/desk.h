// Where everything that was judged comes together: events become cases, cases become notices, and
// all of it is stored in one transaction before the source hears that it is done.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "sink/sink.h"
#include "store/store.h"
#include "watch/case_book.h"
#include "watch/judged.h"
#include "watch/policy.h"

namespace trailwarden::watch {

// The wall clock: milliseconds since 1970.
using WallClock = std::function<store::UnixMillis()>;

// What one call of Desk::record came to.
struct Recorded {
  Counts counts;
  std::uint64_t events = 0;    // New ones with findings.
  std::uint64_t repeated = 0;  // With findings, and known.
  std::uint64_t opened = 0;    // Cases that people are told of for the first time.
  std::uint64_t raised = 0;
  std::vector<std::string> doubtful;  // Cases that a model may be asked about.
};

struct DeskSetup {
  const sigma::RuleSet& rules;
  store::Store& store;
  std::vector<const sink::Sink*> sinks;  // Asked what they want; not sent to.
  Policy policy{};
  std::string dashboard_url{};   // Of its first page; empty: none.
  std::size_t cases_max = 4096;  // In memory.
  WallClock now;
};

// Safe for any number of threads: calls wait for each other. Everything in the setup is borrowed.
class Desk {
 public:
  explicit Desk(DeskSetup setup);

  // Stores the parts. When it answers without an error everything in them is on the disk, and what
  // is to be sent stands in the outbox; otherwise nothing has happened, and it may be called again.
  Result<Recorded> record(std::span<const JudgedPart> parts);

 private:
  struct Touched {
    OpenCase* open;
    const JudgedEvent* latest;       // The event that weighed most of those added.
    store::UnixMillis received = 0;  // Of the first of them.
  };
  using TouchedCases = std::map<std::string, Touched>;  // By id.

  Result<void> add(const JudgedPart& part, store::Writer& to, TouchedCases& touched,
                   Recorded& recorded);
  Result<void> bring_up_to_date(const Touched& touched, store::Writer& to, Recorded& recorded);
  Result<void> enqueue(const sink::Notice& notice, store::UnixMillis received, store::Writer& to);
  store::UnixMillis wall_time_of(SteadyTime time) const;

  const DeskSetup setup_;
  const RuleNumbers numbers_;
  std::mutex mutex_;
  CaseBook book_;
};

}  // namespace trailwarden::watch
