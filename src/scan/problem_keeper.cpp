#include "scan/problem_keeper.h"

#include <iterator>
#include <tuple>

namespace trailwarden::scan {

bool ProblemKeeper::Earlier::operator()(const cloudtrail::Problem& left,
                                        const cloudtrail::Problem& right) const {
  return std::tie(left.path, left.offset, left.kind, left.cause) <
         std::tie(right.path, right.offset, right.kind, right.cause);
}

void ProblemKeeper::add(const cloudtrail::Problem& problem) {
  ++counts_[problem.kind];
  if (!is_notice(problem.kind)) keep(problem);
}

void ProblemKeeper::merge(const ProblemKeeper& other) {
  for (const auto& [kind, count] : other.counts_) counts_[kind] += count;
  for (const cloudtrail::Problem& problem : other.first_) keep(problem);
}

void ProblemKeeper::keep(const cloudtrail::Problem& problem) {
  first_.insert(problem);
  if (first_.size() > kProblemsKept) first_.erase(std::prev(first_.end()));
}

Problems ProblemKeeper::finish() const { return {counts_, {first_.begin(), first_.end()}}; }

}  // namespace trailwarden::scan
