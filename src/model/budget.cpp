#include "model/budget.h"

#include <algorithm>

namespace trailwarden::model {
namespace {

constexpr std::int64_t kHour = 60;  // Minutes.
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kRemembered = (kDay + 1) * 60;  // Seconds.

Error over(const char* span, const std::string& cap, const std::string& spent,
           const std::string& wanted) {
  return {ErrorCode::LimitExceeded,
          "the budget of " + cap + " " + span + " has no room: " + spent +
              " spent or reserved, and this question could cost " + wanted,
          {}};
}

std::string tokens(std::uint64_t count) { return std::to_string(count) + " tokens"; }

Result<void> check_cap(const char* span, std::optional<std::uint64_t> tokens_max,
                       std::optional<Usd> cost_max, const Amount& spent, const Amount& most) {
  if (tokens_max && spent.tokens + most.tokens > *tokens_max) {
    return tl::unexpected(
        over(span, tokens(*tokens_max), tokens(spent.tokens), tokens(most.tokens)));
  }
  if (cost_max && spent.cost + most.cost > *cost_max) {
    return tl::unexpected(
        over(span, to_string(*cost_max), to_string(spent.cost), to_string(most.cost)));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Budget>> Budget::open(BudgetLimits limits, Ledger& ledger, Now now) {
  std::unique_ptr<Budget> budget(new Budget(limits, ledger, std::move(now)));
  if (ledger.shared() == nullptr) {
    budget->count_all(TW_TRY(ledger.load(budget->now_() - kRemembered)));
  }
  return budget;
}

void Budget::count_all(std::vector<Spending> changes) {
  std::sort(changes.begin(), changes.end(),
            [](const Spending& a, const Spending& b) { return a.time < b.time; });
  minutes_.clear();
  for (const Spending& change : changes) count(change);
}

void Budget::count(const Spending& change) {
  // A clock that was set back changes nothing that was counted.
  const std::int64_t minute =
      minutes_.empty() ? change.time / 60 : std::max(change.time / 60, minutes_.back().minute);
  if (minutes_.empty() || minutes_.back().minute != minute) minutes_.push_back({minute});
  minutes_.back().tokens += change.tokens;
  minutes_.back().cost += change.cost;
  while (minutes_.front().minute + kDay < minute) minutes_.pop_front();
}

Amount Budget::sum(std::int64_t minutes) const {
  const std::int64_t now = now_() / 60;
  std::int64_t tokens = 0;
  Usd cost;
  for (const Minute& each : minutes_) {
    if (each.minute + minutes < now) continue;
    tokens += each.tokens;
    cost += each.cost;
  }
  // A settlement may fall into the span whose reservation has left it.
  return {static_cast<std::uint64_t>(std::max<std::int64_t>(tokens, 0)), std::max(cost, Usd{})};
}

Result<void> Budget::check(const Amount& most) const {
  TW_TRY(check_cap("an hour", limits_.tokens_per_hour, limits_.cost_per_hour, sum(kHour), most));
  return check_cap("a day", limits_.tokens_per_day, limits_.cost_per_day, sum(kDay), most);
}

Result<void> Budget::write(std::int64_t tokens, Usd cost) {
  const Spending change{now_(), tokens, cost};
  TW_TRY(ledger_.append(change));
  count(change);
  return {};
}

Result<void> Budget::reserve(const Amount& most) {
  const std::lock_guard lock(mutex_);
  if (SharedLedger* shared = ledger_.shared()) return reserve_shared(*shared, most);
  TW_TRY(check(most));
  return write(static_cast<std::int64_t>(most.tokens), most.cost);
}

Result<void> Budget::reserve_shared(SharedLedger& ledger, const Amount& most) {
  const Spending change{now_(), static_cast<std::int64_t>(most.tokens), most.cost};
  const auto may = [&](const std::vector<Spending>& all) {
    count_all(all);
    return check(most);
  };
  TW_TRY(ledger.append_if(change, change.time - kRemembered, may));
  count(change);
  return {};
}

Result<void> Budget::settle(const Amount& reserved, const Amount& spent) {
  const std::lock_guard lock(mutex_);
  return write(static_cast<std::int64_t>(spent.tokens) - static_cast<std::int64_t>(reserved.tokens),
               spent.cost - reserved.cost);
}

Budget::Spent Budget::spent() {
  const std::lock_guard lock(mutex_);
  return {sum(kHour), sum(kDay)};
}

}  // namespace trailwarden::model
