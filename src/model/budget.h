// A cap on what models may cost, in tokens and in money, by the hour and by the day. It is hard: a
// question is asked only when the most that it can cost is left, and what was reserved counts until
// it is known what was spent, even across a crash.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/utc_time.h"
#include "model/money.h"

namespace trailwarden::model {

// A change of what was spent: positive when it is reserved or spent, negative when less was spent
// than reserved. All changes of a time together are what was spent in it.
struct Spending {
  UnixSeconds time = 0;
  std::int64_t tokens = 0;
  Usd cost{};
};

// Of a ledger that other processes write to as well: one budget for all of them.
class SharedLedger {
 public:
  // Judges all changes of the last day, in any order. Called again when they changed meanwhile.
  using Check = std::function<Result<void>(const std::vector<Spending>&)>;

  // As Ledger::append(), if `may` agrees to it, given all changes from `since` on as they are at
  // that moment: nobody else's come between. Error: that of `may`, or the ledger's.
  virtual Result<void> append_if(const Spending& change, UnixSeconds since, const Check& may) = 0;

 protected:
  ~SharedLedger() = default;
};

// Where spending is written down so that a cap outlives the process. Called by one thread at a
// time.
class Ledger {
 public:
  virtual ~Ledger() = default;
  // All changes from `since` on, in any order.
  virtual Result<std::vector<Spending>> load(UnixSeconds since) = 0;
  // Durable when it returns.
  virtual Result<void> append(const Spending& change) = 0;
  // nullptr: nobody else writes to it.
  virtual SharedLedger* shared() { return nullptr; }
};

// For a run that no other follows.
class MemoryLedger final : public Ledger {
 public:
  Result<std::vector<Spending>> load(UnixSeconds) override { return std::vector<Spending>(); }
  Result<void> append(const Spending&) override { return {}; }
};

// Nothing: no cap.
struct BudgetLimits {
  std::optional<std::uint64_t> tokens_per_hour{}, tokens_per_day{};
  std::optional<Usd> cost_per_hour{}, cost_per_day{};

  bool caps_money() const { return cost_per_hour || cost_per_day; }
};

// What a question may cost, or did.
struct Amount {
  std::uint64_t tokens = 0;
  Usd cost{};
};

// Safe for any number of threads. Hours and days are the last 3600 and 86,400 seconds, counted in
// whole minutes: what was spent leaves the count up to a minute late, never early.
class Budget {
 public:
  using Now = std::function<UnixSeconds()>;

  // `ledger` outlives the budget. A shared one is first asked when something is to be spent. Error:
  // the ledger's.
  static Result<std::unique_ptr<Budget>> open(BudgetLimits limits, Ledger& ledger, Now now);

  // Takes `most` out of what is left. Error: LimitExceeded, naming the cap, what is spent and what
  // was wanted; or the ledger's (what cannot be written down is not spent).
  Result<void> reserve(const Amount& most);
  // Ends a reservation: `spent` counts instead of `reserved`. Error: the ledger's; the reservation
  // stays then.
  Result<void> settle(const Amount& reserved, const Amount& spent);

  struct Spent {
    Amount hour, day;  // Reservations included.
  };
  Spent spent();  // By a shared ledger: when this process last spent something.
  const BudgetLimits& limits() const { return limits_; }

 private:
  struct Minute {
    std::int64_t minute;  // Since 1970.
    std::int64_t tokens = 0;
    Usd cost{};
  };

  Budget(BudgetLimits limits, Ledger& ledger, Now now)
      : limits_(limits), ledger_(ledger), now_(std::move(now)) {}
  void count_all(std::vector<Spending> changes);
  void count(const Spending& change);
  Amount sum(std::int64_t minutes) const;
  Result<void> check(const Amount& most) const;
  Result<void> write(std::int64_t tokens, Usd cost);
  Result<void> reserve_shared(SharedLedger& ledger, const Amount& most);

  const BudgetLimits limits_;
  Ledger& ledger_;
  const Now now_;
  std::mutex mutex_;
  std::deque<Minute> minutes_;  // Of the last day, in order.
};

}  // namespace trailwarden::model
