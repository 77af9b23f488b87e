#include "model/guard.h"

#include <random>
#include <utility>

#include "aws/retry.h"

namespace trailwarden::model {
namespace {

using std::chrono::milliseconds;
using Kind = Failure::Kind;

// Claude's own text about tools is the longest: 530 tokens (Anthropic, "Tool use", pricing table).
constexpr std::uint64_t kServiceTokens = 1000;
constexpr std::uint64_t kTurnTokens = 16;

void sleep_for(milliseconds span, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, span, [] { return false; });
}

double machine_random() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace

std::uint64_t input_bound(const Request& request) {
  std::uint64_t bytes = kServiceTokens + request.system.size();
  for (const Turn& turn : request.turns) bytes += turn.text.size() + kTurnTokens;
  if (request.form) {
    // Twice: a server that takes no form is told the schema in words.
    bytes += request.form->name.size() + request.form->description.size() +
             2 * request.form->schema.size();
  }
  return bytes;
}

// The right to ask, for as long as it lives.
class Guard::Slot {
 public:
  // Waits for one; `is_held` is false when the time was over or a stop was requested first.
  Slot(Guard& guard, Time until, const std::stop_token& stop) : guard_(guard) {
    std::unique_lock lock(guard_.mutex_);
    const auto has_room = [&] { return guard_.state_.under_way < guard_.options_.concurrency_max; };
    held_ =
        has_room() || guard_.freed_.wait_for(lock, stop, until - guard_.options_.now(), has_room);
    if (held_) ++guard_.state_.under_way;
  }
  ~Slot() {
    if (!held_) return;
    {
      const std::lock_guard lock(guard_.mutex_);
      --guard_.state_.under_way;
    }
    guard_.freed_.notify_one();
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  bool is_held() const { return held_; }

 private:
  Guard& guard_;
  bool held_ = false;
};

Guard::Guard(std::unique_ptr<Provider> provider, GuardOptions options)
    : provider_(std::move(provider)), options_(std::move(options)), breaker_(options_.breaker) {
  if (!options_.sleep) options_.sleep = sleep_for;
  if (!options_.random) options_.random = machine_random;
}

Guard::~Guard() = default;

Failure Guard::failed(Kind kind, std::string message) const {
  return {.kind = kind, .service = service(), .message = std::move(message)};
}

Outcome<Reply> Guard::ask(const Request& request, milliseconds time, const std::stop_token& stop) {
  auto reply = ask_until(request, options_.now() + time, stop);
  const std::lock_guard lock(mutex_);
  ++state_.questions;
  ++(reply ? state_.answers : state_.failures);
  if (!reply && reply.error().kind == Kind::OverBudget) ++state_.over_budget;
  if (!reply && reply.error().kind == Kind::Resting) ++state_.resting;
  return reply;
}

Outcome<Reply> Guard::ask_until(const Request& request, Time until, const std::stop_token& stop) {
  std::optional<Failure> last;
  for (unsigned attempts = 1;; ++attempts) {
    auto reply = attempt(request, until, stop);
    if (reply) return reply;
    Failure failure = std::move(reply).error();
    // What stopped us before we could ask again tells less than what went wrong before.
    const bool was_asked = failure.attempts != 0;
    if (!was_asked && last) return tl::unexpected(*std::move(last));
    failure.attempts = was_asked ? attempts : 0;
    if (!failure.worth_retrying || attempts == options_.attempts_max) {
      return tl::unexpected(std::move(failure));
    }
    const milliseconds wait = aws::backoff(attempts, options_.random(), failure.server_asks);
    if (options_.now() + wait >= until) {
      if (failure.kind == Kind::Unavailable && failure.status == 0) failure.kind = Kind::Late;
      return tl::unexpected(std::move(failure));
    }
    options_.sleep(wait, stop);
    last = std::move(failure);
  }
}

Outcome<Reply> Guard::attempt(const Request& request, Time until, const std::stop_token& stop) {
  const Slot slot(*this, until, stop);
  if (stop.stop_requested()) return tl::unexpected(failed(Kind::Cancelled, "a stop was requested"));
  if (!slot.is_held()) {
    return tl::unexpected(failed(Kind::Late, "too many questions are under way"));
  }
  if (!breaker_.admit(options_.now())) {
    return tl::unexpected(failed(Kind::Resting, "it failed too often of late and gets a rest"));
  }
  auto reply = ask_within_budget(request, until, stop);
  tell_breaker(reply);
  return reply;
}

Outcome<Reply> Guard::ask_within_budget(const Request& request, Time until,
                                        const std::stop_token& stop) {
  const auto left = std::chrono::ceil<milliseconds>(until - options_.now());
  if (left.count() <= 0) return tl::unexpected(failed(Kind::Late, "no time is left"));
  const std::uint64_t input_max = input_bound(request);
  const Amount most{
      input_max + request.max_tokens,
      options_.price ? cost_bound(input_max, request.max_tokens, *options_.price) : Usd{}};
  if (options_.budget != nullptr) {
    if (auto reserved = options_.budget->reserve(most); !reserved) {
      return tl::unexpected(failed(Kind::OverBudget, to_string(reserved.error())));
    }
  }
  {
    const std::lock_guard lock(mutex_);
    ++state_.attempts;
  }
  auto reply = provider_->ask(request, left, stop);
  account(reply, most);
  return reply;
}

// What is not known is taken for the most that it can be.
void Guard::account(const Outcome<Reply>& reply, const Amount& most) {
  const bool is_free = !reply && !reply.error().may_be_billed;
  Amount spent = is_free ? Amount{} : most;
  Usage usage{.input = spent.tokens};
  if (reply && reply->usage) {
    usage = *reply->usage;
    spent = {usage.total(), options_.price ? cost_of(usage, *options_.price) : Usd{}};
  }
  if (options_.budget != nullptr) {
    // A ledger that cannot be written leaves the reservation, which is the safe side.
    (void)options_.budget->settle(most, spent);
  }
  const std::lock_guard lock(mutex_);
  state_.usage += usage;
  state_.cost += spent.cost;
}

void Guard::tell_breaker(const Outcome<Reply>& reply) {
  if (reply) return breaker_.succeeded();
  switch (reply.error().kind) {
    case Kind::Throttled:
    case Kind::Unavailable:
    case Kind::Unreadable:
    case Kind::Credentials:
      return breaker_.failed(options_.now());
    case Kind::Refused:
    case Kind::Late:
    case Kind::OverBudget:
    case Kind::Resting:
    case Kind::Cancelled:
      return breaker_.undecided();
  }
}

std::optional<Usd> Guard::cost(const Reply& reply) const {
  if (!options_.price || !reply.usage) return std::nullopt;
  return cost_of(*reply.usage, *options_.price);
}

GuardState Guard::state() const {
  const std::lock_guard lock(mutex_);
  GuardState state = state_;
  state.breaker = breaker_.state();
  return state;
}

}  // namespace trailwarden::model
