// What every built-in rule must bring with it; rules/README.md says the same in prose.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "fixture.h"
#include "rulepack/rulepack.h"
#include "rulepack/texts.h"

namespace trailwarden::rulepack::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

// ATT&CK v19 (2026): defense-evasion was split into stealth and defense-impairment.
constexpr std::string_view kTactics[] = {
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "stealth",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "exfiltration",
    "impact",
    "command-and-control",
};

// Rules about who calls and how, whatever the call is. Each costs time on many records.
constexpr std::string_view kAnyEvent[] = {
    "credential-access/instance_session_from_laptop.yml",
    "initial-access/root_access_key_used.yml",
    "initial-access/root_change.yml",
    "initial-access/root_read.yml",
    "initial-access/text_addresses_language_model.yml",
};

template <std::size_t size>
bool is_one_of(std::string_view text, const std::string_view (&list)[size]) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

// Calls check(name, rule) for every rule with its name in the pack.
template <class Check>
void for_each_rule(Check check) {
  const auto& rules = pack().set.rules;
  ASSERT_EQ(rules.size(), rule_texts().size()) << "a rule did not load, or a file holds two";
  for (std::size_t i = 0; i < rules.size(); ++i) {
    SCOPED_TRACE(rule_texts()[i].name);
    check(rule_texts()[i].name, rules[i]);
  }
}

TEST(RulePack, HoldsEnough) { EXPECT_GE(rule_texts().size(), 60u); }

TEST(RulePack, FiresOnItsEvents) {
  for_each_rule([](std::string_view name, const sigma::Rule& rule) {
    const Examples examples = examples_of(name);
    EXPECT_FALSE(examples.fires.empty());
    for (const std::string& event : examples.fires) {
      EXPECT_THAT(rules_for(event), Contains(rule.title)) << event;
    }
  });
}

TEST(RulePack, IsQuietOnNearMisses) {
  for_each_rule([](std::string_view name, const sigma::Rule& rule) {
    const Examples examples = examples_of(name);
    EXPECT_FALSE(examples.near_misses.empty());
    for (const NearMiss& miss : examples.near_misses) {
      EXPECT_FALSE(miss.why.empty());
      EXPECT_THAT(rules_for(miss.event), Not(Contains(rule.title))) << miss.why;
    }
  });
}

// Whether the rule still fires on one of its events when that names another call or service.
bool fires_with(std::string_view name, const sigma::Rule& rule, std::string_view member,
                std::string_view text) {
  const Examples examples = examples_of(name);
  return std::any_of(examples.fires.begin(), examples.fires.end(), [&](const std::string& event) {
    return rules_for(with_member(event, member, text)).contains(rule.title);
  });
}

// The matcher looks rules up by what was called; a rule that does not say it costs every record.
TEST(RulePack, NamesTheCallsItIsAbout) {
  for_each_rule([](std::string_view name, const sigma::Rule& rule) {
    const bool any = is_one_of(name, kAnyEvent);
    EXPECT_EQ(fires_with(name, rule, "eventName", "NoSuchCall"), any);
    EXPECT_EQ(fires_with(name, rule, "eventSource", "none.amazonaws.com"), any);
  });
}

TEST(RulePack, SaysWhatItIsAbout) {
  for_each_rule([](std::string_view name, const sigma::Rule& rule) {
    const sigma::Prose prose = rule.prose();
    EXPECT_GE(prose.description.size(), 80u);
    EXPECT_FALSE(prose.references.empty());
    EXPECT_FALSE(prose.false_positives.empty());
    EXPECT_FALSE(prose.status.empty());
    EXPECT_FALSE(rule.techniques.empty());
    EXPECT_THAT(rule.tactics, Contains(std::string(name.substr(0, name.find('/')))))
        << "a rule lies in the folder of one of its tactics";
    for (const std::string& tactic : rule.tactics)
      EXPECT_TRUE(is_one_of(tactic, kTactics)) << tactic;
    for (const std::string& technique : rule.techniques) {
      EXPECT_FALSE(technique.starts_with("T1562")) << "retired in ATT&CK v19: T1685, T1686";
    }
    for (const std::string& url : prose.references) {
      EXPECT_TRUE(url.starts_with("https://")) << url;
    }
  });
}

TEST(RulePack, TellsItsRulesApart) {
  std::set<std::string> ids, titles;
  for_each_rule([&](std::string_view, const sigma::Rule& rule) {
    EXPECT_EQ(rule.id.size(), 36u);
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_TRUE(titles.insert(rule.title).second) << rule.title;
  });
}

TEST(RulePack, HoldsEveryFileOfTheFolder) {
  namespace fs = std::filesystem;
  std::set<std::string> embedded, rules, events;
  for (const RuleText& rule : rule_texts()) embedded.emplace(rule.name);
  const fs::path folder = TW_SOURCE_DIR "/rules";
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = fs::relative(entry.path(), folder).generic_string();
    if (name.ends_with(".yml")) rules.insert(name);
    if (name.ends_with(".events.json")) events.insert(name.substr(0, name.find('.')) + ".yml");
  }
  EXPECT_EQ(embedded, rules);
  EXPECT_EQ(events, rules) << "examples without a rule, or a rule without examples";
  EXPECT_TRUE(std::is_sorted(rule_texts().begin(), rule_texts().end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST(RulePack, HashIsHexOfSha256) {
  EXPECT_EQ(pack_hash().size(), 64u);
  EXPECT_EQ(pack_hash().find_first_not_of("0123456789abcdef"), std::string_view::npos);
}

}  // namespace
}  // namespace trailwarden::rulepack::testing
