#include "watch/consultant.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace trailwarden::watch {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What an earlier run left is taken up for a day.
constexpr std::chrono::hours kTakenUp{24};
constexpr std::size_t kTakenUpMost = 500;
constexpr milliseconds kLongestPause{3'600'000};

}  // namespace

Result<void> Consultant::take_up(const store::Store& store, store::UnixMillis now) {
  for (const store::CaseRow& row : TW_TRY(store.latest_cases(kTakenUpMost))) {
    const bool is_fresh = row.updated >= now - milliseconds(kTakenUp).count();
    if (is_fresh && row.notified && row.opinion.empty()) ask_about(row.id);
  }
  return {};
}

void Consultant::ask_about(const std::string& case_id) {
  {
    const std::lock_guard lock(mutex_);
    const auto now = steady_clock::now();
    const auto [waiting, is_new] = waiting_.try_emplace(case_id, Waiting{now, now, 0});
    Waiting& one = waiting->second;
    if (one.attempts == 0) {
      one.due = std::min(now + setup_.quiet, one.since + setup_.patience);
    }
  }
  bell_.ring();
}

std::size_t Consultant::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void Consultant::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t rings = bell_.rings();
    std::optional<source::SteadyTime> next;
    std::optional<std::pair<std::string, Waiting>> due;
    {
      const std::lock_guard lock(mutex_);
      const auto first = std::min_element(
          waiting_.begin(), waiting_.end(),
          [](const auto& a, const auto& b) { return a.second.due < b.second.due; });
      if (first != waiting_.end()) {
        next = first->second.due;
        if (*next <= steady_clock::now()) {
          due = *first;
          waiting_.erase(first);
        }
      }
    }
    if (!due) {
      bell_.wait(rings, next, stop);
    } else if (!ask(due->first, stop) && !stop.stop_requested()) {
      ask_again_later(due->first, due->second);
    }
  }
}

void Consultant::finish(const std::stop_token& stop) {
  std::map<std::string, Waiting> all;
  {
    const std::lock_guard lock(mutex_);
    all.swap(waiting_);
  }
  for (const auto& [id, waited] : all) {
    if (stop.stop_requested()) return;
    ask(id, stop);
  }
}

// Whether there is nothing more to ask about the case.
bool Consultant::ask(const std::string& case_id, const std::stop_token& stop) {
  const auto found = setup_.desk.unanswered_case(case_id);
  if (!found) {
    setup_.log.note(to_string(found.error()));
    return false;
  }
  if (!*found) return true;
  ++setup_.metrics.questions;
  auto opinion = setup_.analyst.ask(**found, stop);
  if (!opinion) {
    ++setup_.metrics.questions_failed;
    setup_.log.note("no opinion on " + case_id + ": " + to_string(opinion.error()));
    return false;
  }
  if (opinion->reused) ++setup_.metrics.answers_reused;
  const auto heard = setup_.desk.hear(**found, *std::move(opinion));
  if (!heard) {
    setup_.log.note(to_string(heard.error()));
    return false;
  }
  setup_.told();
  return true;
}

void Consultant::ask_again_later(const std::string& case_id, Waiting waited) {
  if (++waited.attempts >= setup_.attempts_max) return;
  const auto doubled = setup_.pause * (milliseconds::rep{1} << std::min(waited.attempts - 1, 20U));
  waited.due = steady_clock::now() + std::min<milliseconds>(doubled, kLongestPause);
  const std::lock_guard lock(mutex_);
  waiting_.insert_or_assign(case_id, waited);
}

}  // namespace trailwarden::watch
