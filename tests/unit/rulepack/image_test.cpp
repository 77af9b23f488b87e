// The pack as it is read when the program starts is the pack that its YAML says.
#include "rulepack/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "rulepack/rulepack.h"
#include "rulepack/texts.h"

namespace trailwarden::rulepack {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

// A matcher with rules, as it is built and as it is compared.
struct Loaded {
  match::MatcherBuilder builder;
  sigma::RuleSet set;
};

constexpr std::string_view kOther = R"(
title: Somebody else's rule
id: 00000000-0000-4000-8000-000000000001
logsource: {product: aws, service: cloudtrail}
detection:
    selection:
        requestParameters.nowhere: x
        eventName: [DeleteTrail, StopLogging]
        userAgent|re: 'a|b'
    condition: selection
)";

void load_texts(Loaded& loaded) {
  for (const RuleText& text : rule_texts()) {
    sigma::load(text.yaml, "builtin:" + std::string(text.name), loaded.builder, loaded.set);
  }
}

// What a rule asks, as text: whatever numbers its nodes have.
std::string detection_of(const match::KnownRules& known, match::NodeId id) {
  const auto number = static_cast<std::size_t>(id);
  if (number < known.predicates.size()) return std::to_string(number);
  const match::Node& node = known.nodes[number - known.predicates.size()];
  std::string text = std::to_string(static_cast<int>(node.kind)) + "(";
  for (std::uint32_t i = 0; i < node.count; ++i) {
    text += detection_of(known, known.operands[node.first + i]) + " ";
  }
  return text + ")";
}

// The gates by field, for they are in the order of their fields' first use by a gate.
std::vector<match::KnownGate> sorted(std::vector<match::KnownGate> gates) {
  for (match::KnownGate& gate : gates) {
    for (match::KnownGate::Text& text : gate.texts) std::ranges::sort(text.rules);
    std::ranges::sort(gate.rules_of_containers);
  }
  std::ranges::sort(gates, {}, &match::KnownGate::field);
  return gates;
}

void expect_same(Loaded quick, Loaded slow) {
  ASSERT_EQ(quick.set.rules.size(), slow.set.rules.size());
  const match::KnownRules known = std::move(quick.builder).build().known();
  const match::KnownRules expected = std::move(slow.builder).build().known();
  EXPECT_EQ(known.paths, expected.paths);
  ASSERT_EQ(known.predicates.size(), expected.predicates.size());
  for (std::size_t i = 0; i < expected.predicates.size(); ++i) {
    EXPECT_TRUE(known.predicates[i] == expected.predicates[i]) << "predicate " << i;
  }
  for (std::size_t i = 0; i < slow.set.rules.size(); ++i) {
    SCOPED_TRACE(slow.set.rules[i].origin);
    EXPECT_TRUE(quick.set.rules[i] == slow.set.rules[i]);
    EXPECT_EQ(detection_of(known, known.rules[i]), detection_of(expected, expected.rules[i]));
  }
  EXPECT_EQ(known.nodes.size(), expected.nodes.size()) << "equal expressions are one node";
  EXPECT_TRUE(sorted(known.gates) == sorted(expected.gates));
  EXPECT_THAT(known.always, UnorderedElementsAreArray(expected.always));
}

TEST(RulePackImage, LoadsWhatTheTextsSay) {
  Loaded quick, slow;
  load(quick.builder, quick.set);
  load_texts(slow);
  EXPECT_GE(slow.set.rules.size(), 60u);
  expect_same(std::move(quick), std::move(slow));
}

// Then neither fields nor predicates have the numbers that they have in the image.
TEST(RulePackImage, LoadsTheSameBehindOtherRules) {
  Loaded quick, slow;
  for (Loaded* it : {&quick, &slow}) {
    it->builder.fields().add("eventName");
    sigma::load(kOther, "other.yml", it->builder, it->set);
    ASSERT_EQ(it->set.rules.size(), 1u);
  }
  load(quick.builder, quick.set);
  load_texts(slow);
  expect_same(std::move(quick), std::move(slow));
}

TEST(RulePackImage, IsOfTheseTexts) {
  const auto pack = compile(rule_texts());
  ASSERT_TRUE(pack) << pack.error().message;
  EXPECT_TRUE(embedded_image() == write_image(*pack));
  EXPECT_EQ(pack_hash(), texts_hash());
}

TEST(RulePackImage, RefusesTextsWithRemarks) {
  const std::vector<RuleText> texts = {
      {"a/typing_error.yml", "title: x\nlevel: hihg\n"},
      {"b/windows.yml", "title: x\nlogsource: {product: windows}\n"},
  };
  const auto pack = compile(texts);
  ASSERT_FALSE(pack);
  EXPECT_THAT(pack.error().message,
              HasSubstr("builtin:a/typing_error.yml:2:8: unknown level 'hihg', try 'high'\n"));
  EXPECT_THAT(pack.error().message, HasSubstr("builtin:b/windows.yml:1:1: not about CloudTrail"));
}

// One predicate of every kind, none of its members as it is by default.
std::vector<match::Test> all_tests() {
  using namespace match;  // NOLINT(google-build-using-namespace): eleven names
  return {
      TextIs{{"", "a", std::string("\0\x80\xff", 3)}, Case::Ignore, Domain::AnyText},
      TextHas{{std::string(300, 'x')}, Anchor::Suffix, Case::Ignore, Domain::AnyText},
      TextGlob{{{{GlobPart::What::Literal, "a"}, {GlobPart::What::Run, {}}},
                {{GlobPart::What::One, {}}}},
               Case::Ignore,
               Domain::AnyText},
      TextRegex{"a|b", Case::Ignore, true, true, Domain::Strings},
      InNetwork{"10.0.0.0/8"},
      NumberIs{{-1.5, 1e300}, true},
      NumberIn{-1e-300, 2, false, false, true},
      IsLiteral{IsLiteral::Which::False},
      IsPresent{IsPresent::What::NotNull},
      LikeField{LikeField::How::Suffix, json::FieldId{200}, Case::Sensitive},
      TimePart{TimePart::Part::Year, -2026},
  };
}

TEST(RulePackImage, KeepsEveryMember) {
  Pack pack;
  for (match::Test& test : all_tests()) {
    pack.detections.predicates.push_back({json::FieldId{1'000'000}, std::move(test), true});
  }
  static_assert(std::variant_size_v<match::Test> == 11, "a new kind wants a line in all_tests()");
  pack.detections.nodes = {{match::Expression::Kind::Or, 300, 2}};
  pack.detections.operands = {match::NodeId{3}, match::NodeId{300'000}};
  pack.detections.rules = {match::NodeId{11}};
  pack.detections.gates = {{json::FieldId{7}, {{"text", {0, 500}}, {"", {}}}, {1, 2}}};
  pack.detections.always = {4, 5};
  sigma::Rule& rule = pack.rules.emplace_back();
  rule.id = "id";
  rule.title = "ti\ntle";
  rule.level = sigma::Level::Critical;
  rule.techniques = {"T1", "T2"};
  rule.tactics = {"tactic"};
  rule.origin = "origin";
  rule.read_prose = [] {
    return sigma::Prose{"description", "status", {"https://example.com"}, {"none", ""}};
  };
  pack.detections.paths = {"", "eventName"};
  const std::string image = write_image(pack);
  EXPECT_TRUE(read_image(image) == pack);
  EXPECT_FALSE(read_image(image) == Pack{});
  EXPECT_EQ(read_image(image).rules[0].prose().false_positives.size(), 2u);
}

}  // namespace
}  // namespace trailwarden::rulepack
