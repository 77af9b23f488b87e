#include "integrity/coverage.h"

#include <gtest/gtest.h>

#include <deque>

namespace trailwarden::integrity {
namespace {

// Digests of whole hours, oldest first.
class Chain {
 public:
  Node& hour(UnixSeconds hour, std::uint64_t logs, Trust trust = Trust::Proven) {
    Node& node = nodes_.emplace_back();
    node.name.end = (hour + 1) * 3600;
    node.digest.emplace();
    node.digest->start = hour * 3600;
    node.digest->end = node.name.end;
    node.digest->previous.emplace();
    node.log_files = logs;
    node.trust = trust;
    hours_.push_back({&node, 0});
    return node;
  }
  std::vector<CoveredHour>& hours() { return hours_; }

 private:
  std::deque<Node> nodes_;
  std::vector<CoveredHour> hours_;
};

// "LLQ": a letter an hour of each stretch in turn.
std::string drawn(const std::vector<Stretch>& stretches) {
  constexpr std::string_view kLetters = " QLO?D!";
  std::string text;
  for (const Stretch& each : stretches) {
    const auto hours = static_cast<std::size_t>((each.to - each.from) / 3600);
    text += std::string(hours, kLetters[static_cast<std::size_t>(each.coverage)]) + "|";
  }
  return text;
}

TEST(Coverage, NeighboursOfOneKindAreOneStretch) {
  Chain chain;
  chain.hour(0, 2);
  chain.hour(1, 3);
  chain.hour(2, 0);
  chain.hour(3, 1);
  const auto stretches = stretches_of(spans_of(chain.hours()));
  EXPECT_EQ(drawn(stretches), "LL|Q|L|");
  EXPECT_EQ(stretches.front().log_files, 5U);
}

TEST(Coverage, WhatIsBetweenDigests) {
  Chain chain;
  chain.hour(0, 1);
  chain.hour(3, 1);
  chain.hour(6, 1).digest->previous.reset();
  EXPECT_EQ(drawn(stretches_of(spans_of(chain.hours()))), "L|!!|L|OO|L|");
}

TEST(Coverage, DamageIsSeen) {
  Chain chain;
  chain.hour(0, 1);
  chain.hour(1, 1, Trust::Rejected);
  chain.hour(2, 1);
  chain.hours().back().log_problems = 1;
  chain.hour(3, 0).invalid = true;
  EXPECT_EQ(drawn(stretches_of(spans_of(chain.hours()))), "L|DDD|");
}

ChainReport report(const char* region, UnixSeconds from, UnixSeconds to, const char* trail = "t") {
  ChainReport chain;
  chain.name = {"1", region, trail, "home", false};
  chain.coverage = {{from * 3600, to * 3600, Coverage::Logs, 1}};
  return chain;
}

TEST(Coverage, RegionsAreHeldAgainstEachOther) {
  std::vector<ChainReport> chains = {report("a", 0, 10), report("b", 3, 7), report("c", 1, 9),
                                     report("d", 4, 5, "another trail")};
  compare_regions(chains);
  EXPECT_EQ(drawn(chains[0].coverage), "LLLLLLLLLL|");
  EXPECT_EQ(drawn(chains[1].coverage), "!!!|LLLL|!!!|");
  EXPECT_EQ(drawn(chains[2].coverage), "LLLLLLLL|");  // An hour: digests end at other minutes.
  EXPECT_EQ(drawn(chains[3].coverage), "L|");
}

}  // namespace
}  // namespace trailwarden::integrity
