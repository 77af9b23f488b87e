// Where everything that was judged comes together: events become cases, cases become notices, and
// all of it is stored in one transaction before the source hears that it is done.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyst/model_analyst.h"
#include "analyst/opinion.h"
#include "base/result.h"
#include "sink/sink.h"
#include "store/live_store.h"
#include "watch/case_book.h"
#include "watch/heard_opinion.h"
#include "watch/judged.h"
#include "watch/kind_limit.h"
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
  store::LiveStore& store;
  std::vector<sink::Sink*> sinks;  // Asked what they want; not sent to.
  Policy policy{};
  std::string dashboard_url{};  // Of its first page; empty: none.
  // The verdict of a case with a model's opinion: the ratchet. Empty: opinions do not count.
  std::function<triage::Verdict(const triage::Case&, const analyst::Opinion&)> settle{};
  // The last line of each message, as it is when it is written; empty: none.
  std::function<std::string()> footer{};
  std::size_t cases_max = 4096;  // In memory.
  WallClock now;
};

// DeskSetup::settle of an analyst, who outlives the desk; empty without one.
decltype(DeskSetup::settle) ratchet_of(const analyst::ModelAnalyst* analyst);

// Safe for any number of threads: calls wait for each other. Everything in the setup is borrowed.
class Desk {
 public:
  explicit Desk(DeskSetup setup);

  // Stores the parts. When it answers without an error everything in them is in the store, and what
  // is to be sent stands in the outbox; otherwise it may be called again. It is one transaction, or
  // as many as the store needs, each of which is whole in itself: events, cases and messages.
  Result<Recorded> record(std::span<const JudgedPart> parts);

  // The case with its timeline, if people were told of it and no opinion on what it holds now is
  // there. Error: the store's.
  Result<std::optional<triage::Case>> unanswered_case(const std::string& id);

  // Takes a model's opinion on the case as it was `asked` about: it counts for as long as no other
  // rule finds something. The sinks are told. Error: the store's; then nothing has happened.
  Result<void> hear(const triage::Case& asked, analyst::Opinion opinion);

 private:
  struct Touched {
    OpenCase* open;
    std::optional<OpenCase> before;  // As it stood in the store; nothing: not yet there.
    const JudgedEvent* latest;       // The event that weighed most of those added.
    store::UnixMillis received = 0;  // Of the first of them.
  };
  // Why a case is looked at again.
  struct Occasion {
    std::string event_id, event_region;  // Of the event that weighed most, if events came.
    store::UnixMillis received = 0;
    bool is_opinion = false;
  };
  using TouchedCases = std::map<std::string, Touched>;  // By id.
  // An event and the time at which its source handed it out.
  struct Arrival {
    const JudgedEvent* event;
    store::UnixMillis received;
  };
  // Written along with events by who owns the store.
  using Besides = std::function<Result<void>(store::OwnerWriter&, const Recorded&)>;

  Result<void> record_in_pieces(std::span<const Arrival> arrivals, const Besides& besides,
                                Recorded& recorded);
  Result<void> record_at_once(std::span<const Arrival> arrivals, const Besides& besides,
                              Recorded& recorded);
  Result<void> look_up(std::span<const Arrival> arrivals);
  Result<void> add(const Arrival& arrival, store::LiveWriter& to, TouchedCases& touched,
                   Recorded& recorded);
  Result<void> bring_up_to_date(const Touched& touched, store::LiveWriter& to, Recorded& recorded);
  std::optional<HeardOpinion> opinion_on(const triage::Case& found,
                                         const store::CaseRow& row) const;
  // Brings the row up to date and tells the sinks what there is to tell.
  Result<std::optional<sink::NoticeKind>> tell(OpenCase& open, const triage::Case& found,
                                               const Occasion& occasion, store::LiveWriter& to);
  Result<void> enqueue(const sink::Notice& notice, store::UnixMillis received,
                       store::LiveWriter& to);
  store::UnixMillis wall_time_of(SteadyTime time) const;

  const DeskSetup setup_;
  const RuleNumbers numbers_;
  std::mutex mutex_;
  CaseBook book_;
  KindLimit kinds_;
};

}  // namespace trailwarden::watch
