// Predicates that another builder has taken: compiled when a record first asks them.
#include <barrier>
#include <thread>
#include <utility>

#include "match/matcher.h"
#include "record.h"

namespace trailwarden::match {
namespace {

// One rule a predicate, each about the field "text".
MatcherBuilder some_rules() {
  MatcherBuilder builder;
  const json::FieldId text = builder.fields().add("text");
  const Test tests[] = {
      TextRegex{"b.d", Case::Ignore, false, false, Domain::AnyText},
      TextIs{{"BAD", "worse"}, Case::Ignore, Domain::AnyText},
      TextHas{{"über", "ad"}, Anchor::Inside, Case::Ignore, Domain::AnyText},
      NumberIs{{-0.0, 5}, true},
      InNetwork{"10.0.0.0/8"},
  };
  for (const Test& test : tests) {
    builder.add_rule(Expression::holds(builder.add({text, test, false}).value()));
  }
  return builder;
}

MatcherBuilder copy_of(const MatcherBuilder& original) {
  MatcherBuilder copy;
  copy.fields().add("text");
  std::uint32_t number = 0;
  for (const Predicate& predicate : original.predicates()) {
    const PredicateId id = copy.add_known(predicate);
    EXPECT_EQ(index_of(id), number);
    EXPECT_EQ(copy.add_known(predicate), id) << "stored once";
    EXPECT_EQ(copy.add(predicate).value(), id) << "stored once";
    copy.add_rule(original.condition(RuleId{number++}));
  }
  return copy;
}

constexpr std::string_view kRecords[] = {
    R"({"text":"bad"})", R"({"text":"ÜBER"})",     R"({"text":["0",5]})",
    R"({"text":{}})",    R"({"text":"10.1.2.3"})", R"({"other":"bad"})",
};

TEST(KnownPredicate, HoldsForTheSameRecords) {
  MatcherBuilder original = some_rules();
  const Matcher known = copy_of(original).build();
  const Matcher checked = std::move(original).build();
  for (const std::string_view record : kRecords) {
    EXPECT_EQ(rules_of(known, record), rules_of(checked, record)) << record;
  }
  EXPECT_EQ(rules_of(known, kRecords[0]).size(), 3u);
}

TEST(KnownPredicate, ThreadsMayAskFirstAtOnce) {
  constexpr int kThreads = 4;
  const Matcher checked = some_rules().build();
  for (int round = 0; round < 50; ++round) {
    const Matcher known = copy_of(some_rules()).build();
    std::barrier together(kThreads);
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        together.arrive_and_wait();
        for (const std::string_view record : kRecords) {
          EXPECT_EQ(rules_of(known, record), rules_of(checked, record)) << record;
        }
      });
    }
  }
}

}  // namespace
}  // namespace trailwarden::match
