#include "integrity/coverage.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace trailwarden::integrity {
namespace {

constexpr UnixSeconds kRegionSlackSeconds = 4500;

Span span_of(const CoveredHour& hour) {
  const Node& node = *hour.node;
  if (node.trust == Trust::Rejected) {
    return {node.name.end - kDigestSeconds, node.name.end, Coverage::Damaged, false, 0};
  }
  const Coverage coverage = hour.log_problems != 0 || node.invalid ? Coverage::Damaged
                            : node.log_files != 0                  ? Coverage::Logs
                                                                   : Coverage::Quiet;
  return {node.digest->start, node.digest->end, coverage, true, node.log_files};
}

// What lies between a digest and the one before it.
Coverage between(const Node& later) {
  const bool first = later.trust != Trust::Rejected && !later.digest->previous;
  return first ? Coverage::Off : Coverage::Missing;
}

struct Ends {
  UnixSeconds first, last;
};

}  // namespace

std::vector<Span> spans_of(const std::vector<CoveredHour>& hours) {
  std::vector<Span> spans;
  for (const CoveredHour& hour : hours) {
    const Span span = span_of(hour);
    if (!spans.empty() && span.from - spans.back().to > kSlackSeconds) {
      spans.push_back({spans.back().to, span.from, between(*hour.node), false, 0});
    }
    spans.push_back(span);
  }
  return spans;
}

std::vector<Stretch> stretches_of(const std::vector<Span>& spans) {
  std::vector<Stretch> stretches;
  for (const Span& span : spans) {
    const bool goes_on = !stretches.empty() && stretches.back().coverage == span.coverage &&
                         span.from - stretches.back().to <= kSlackSeconds;
    if (goes_on) {
      stretches.back().to = std::max(stretches.back().to, span.to);
      stretches.back().log_files += span.log_files;
    } else {
      stretches.push_back({span.from, span.to, span.coverage, span.log_files});
    }
  }
  return stretches;
}

void compare_regions(std::vector<ChainReport>& chains) {
  using Trail = std::tuple<std::string, std::string, std::string>;
  const auto trail_of = [](const ChainReport& chain) {
    return Trail(chain.name.account, chain.name.trail, chain.name.home_region);
  };
  std::map<Trail, Ends> trails;
  const auto counts = [](const ChainReport& chain) {
    return !chain.name.trail.empty() && !chain.name.backfill && !chain.coverage.empty();
  };
  for (const ChainReport& chain : chains) {
    if (!counts(chain)) continue;
    const Ends own{chain.coverage.front().from, chain.coverage.back().to};
    const auto [ends, fresh] = trails.try_emplace(trail_of(chain), own);
    ends->second.first = std::min(ends->second.first, own.first);
    ends->second.last = std::max(ends->second.last, own.last);
  }
  for (ChainReport& chain : chains) {
    if (!counts(chain)) continue;
    const Ends all = trails.at(trail_of(chain));
    const Stretch first = chain.coverage.front();
    const Stretch last = chain.coverage.back();
    if (first.from - all.first > kRegionSlackSeconds) {
      chain.coverage.insert(chain.coverage.begin(), {all.first, first.from, Coverage::Missing, 0});
    }
    if (all.last - last.to > kRegionSlackSeconds) {
      chain.coverage.push_back({last.to, all.last, Coverage::Missing, 0});
    }
  }
}

}  // namespace trailwarden::integrity
