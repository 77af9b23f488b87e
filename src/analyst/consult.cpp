#include "analyst/consult.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace trailwarden::analyst {
namespace {

using Group = std::vector<const triage::Case*>;  // Cases of one shape.

std::vector<Group> grouped_by_shape(std::span<const triage::Case> cases) {
  std::vector<Group> groups;
  std::unordered_map<std::string, std::size_t> places;
  for (const triage::Case& found : cases) {
    const auto [place, is_new] = places.try_emplace(shape_of(found), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(&found);
  }
  return groups;
}

Consulted consult_one(ModelAnalyst& analyst, const triage::Case& found,
                      const std::stop_token& stop) {
  Consulted result{.opinion = {}, .failure = {}, .local = found.verdict, .verdict = found.verdict};
  auto opinion = analyst.ask(found, stop);
  if (!opinion) {
    result.failure = to_string(opinion.error());
    return result;
  }
  result.verdict = analyst.settle(found, *opinion);
  result.opinion = *std::move(opinion);
  return result;
}

}  // namespace

Consultation consult(ModelAnalyst& analyst, std::span<const triage::Case> cases, unsigned threads,
                     const std::stop_token& stop, const std::function<void()>& asked) {
  const std::vector<Group> groups = grouped_by_shape(cases);
  Consultation results;
  std::mutex mutex;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < groups.size(); i = next++) {
      for (const triage::Case* found : groups[i]) {
        Consulted result = consult_one(analyst, *found, stop);
        const std::lock_guard lock(mutex);
        results.emplace(found->id, std::move(result));
        if (asked) asked();
      }
    }
  };
  std::vector<std::jthread> workers;
  const std::size_t count = std::min<std::size_t>(std::max(threads, 1U), groups.size());
  for (std::size_t i = 1; i < count; ++i) workers.emplace_back(work);
  work();
  workers.clear();
  return results;
}

}  // namespace trailwarden::analyst
