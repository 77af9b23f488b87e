// Rules of a Matcher that was built before: their predicates are compiled when a record first asks.
#include <algorithm>
#include <barrier>
#include <thread>
#include <utility>

#include "match/known_rules.h"
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

Matcher copy_of(const Matcher& original) {
  MatcherBuilder copy;
  copy.add_known(original.known());
  return std::move(copy).build();
}

// Text `text` is "x" and not "y", or `other` is "z": nodes in nodes, and gates on two fields.
RuleId add_nested_rule(MatcherBuilder& builder) {
  const auto is = [&](const char* path, const char* text) {
    const Test test = TextIs{{text}, Case::Ignore, Domain::AnyText};
    return Expression::holds(builder.add({builder.fields().add(path), test, false}).value());
  };
  return builder.add_rule(Expression::any(
      {Expression::all({is("text", "X"), Expression::negate(is("text", "y"))}), is("other", "z")}));
}

// One whose field is compared with another.
RuleId add_comparing_rule(MatcherBuilder& builder) {
  const LikeField like{LikeField::How::Equal, builder.fields().add("other"), Case::Ignore};
  return builder.add_rule(
      Expression::holds(builder.add({builder.fields().add("text"), like, false}).value()));
}

constexpr std::string_view kRecords[] = {
    R"({"text":"bad"})", R"({"text":"ÜBER"})",     R"({"text":["0",5]})",
    R"({"text":{}})",    R"({"text":"10.1.2.3"})", R"({"other":"bad"})",
    R"({"text":"x"})",   R"({"text":["x","y"]})",  R"({"other":"Z","text":"z"})",
};

TEST(KnownRules, HoldForTheSameRecords) {
  const Matcher checked = some_rules().build();
  const Matcher known = copy_of(checked);
  for (const std::string_view record : kRecords) {
    EXPECT_EQ(rules_of(known, record), rules_of(checked, record)) << record;
  }
  EXPECT_EQ(rules_of(known, kRecords[0]).size(), 3u);
}

TEST(KnownRules, AreGivenAsTheyWereTaken) {
  MatcherBuilder builder = some_rules();
  add_nested_rule(builder);
  add_comparing_rule(builder);
  const Matcher checked = std::move(builder).build();
  EXPECT_TRUE(copy_of(checked).known() == checked.known());
  EXPECT_EQ(checked.known().rules.size(), 7u);
}

// Neither fields, predicates, nodes nor rules have then the numbers that they had.
TEST(KnownRules, AreNumberedOnBehindOthers) {
  MatcherBuilder first;
  add_comparing_rule(first);
  add_nested_rule(first);
  const Matcher original = std::move(first).build();

  MatcherBuilder builder;
  builder.fields().add("nobody.asks");
  const RuleId before = add_nested_rule(builder);
  builder.add_known(original.known());
  const RuleId after = add_nested_rule(builder);
  EXPECT_EQ(index_of(before), 0u);
  EXPECT_EQ(index_of(after), 3u);
  const Matcher matcher = std::move(builder).build();
  EXPECT_EQ(matcher.rule_count(), 4u);
  for (const std::string_view record : kRecords) {
    std::vector<RuleId> expected;
    for (const RuleId rule : rules_of(original, record)) {
      const bool is_nested = index_of(rule) == 1;
      expected.push_back(RuleId{index_of(rule) + 1});
      if (is_nested) expected.insert(expected.end(), {before, after});
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(rules_of(matcher, record), expected) << record;
  }
  EXPECT_EQ(matcher.known().nodes.size(), original.known().nodes.size())
      << "equal expressions are one node";
}

TEST(KnownRules, ThreadsMayAskFirstAtOnce) {
  constexpr int kThreads = 4;
  const Matcher checked = some_rules().build();
  for (int round = 0; round < 50; ++round) {
    const Matcher known = copy_of(checked);
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
