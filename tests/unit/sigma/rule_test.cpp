#include "sigma/rule.h"

#include <gtest/gtest.h>

#include <string>

#include "harness.h"

namespace trailwarden::sigma::testing {
namespace {

constexpr const char* kComplete = R"(title: Key for another user
id: 5F3B1A52-0D1C-4C8E-9C0E-2F6D1A7B9E40
status: test
description: |
  Two
  lines.
references:
  - https://example.com/a
author: Somebody
date: 2024-02-29
modified: 2025/01/31
tags:
  - attack.persistence
  - attack.privilege_escalation
  - attack.t1098
  - attack.t1098.001
  - attack.t1098.001
  - attack.s0154
  - cve.2021-44228
logsource:
  product: aws
  service: cloudtrail
detection:
  selection:
    eventName: CreateAccessKey
  condition: selection
falsepositives: Administrators
level: high
our_own_key: {any: thing}
)";

TEST(SigmaRule, Metadata) {
  const RuleSet set = load_set(kComplete, "rules/iam/key.yml");
  EXPECT_EQ(remarks_of(kComplete), "");
  ASSERT_EQ(set.rules.size(), 1u);
  const Rule& rule = set.rules[0];
  EXPECT_EQ(rule.id, "5f3b1a52-0d1c-4c8e-9c0e-2f6d1a7b9e40");
  EXPECT_EQ(rule.title, "Key for another user");
  const Prose prose = rule.prose();
  EXPECT_EQ(prose.description, "Two\nlines.\n");
  EXPECT_EQ(prose.status, "test");
  EXPECT_EQ(rule.level, Level::High);
  EXPECT_EQ(to_string(rule.level), "high");
  EXPECT_EQ(rule.techniques, (std::vector<std::string>{"T1098", "T1098.001"}));
  EXPECT_EQ(rule.tactics, (std::vector<std::string>{"persistence", "privilege-escalation"}));
  EXPECT_EQ(prose.references, std::vector<std::string>{"https://example.com/a"});
  EXPECT_EQ(prose.false_positives, std::vector<std::string>{"Administrators"});
  EXPECT_EQ(rule.origin, "rules/iam/key.yml");
}

TEST(SigmaRule, WithoutIdOrLevel) {
  const std::string two = rule_with("s: {eventName: x}\ncondition: s") + "---\n" +
                          rule_with("s: {eventName: y}\ncondition: s");
  const RuleSet set = load_set(two, "builtin:iam/key.yml");
  ASSERT_EQ(set.rules.size(), 2u);
  EXPECT_EQ(set.rules[0].id, "key");
  EXPECT_EQ(set.rules[1].id, "key#2");
  EXPECT_EQ(set.rules[0].level, Level::Medium);
}

std::string with_log_source(const std::string& log_source) {
  return "title: T\nlogsource: " + log_source + "\ndetection: {s: {eventName: x}, condition: s}\n";
}

TEST(SigmaRule, OtherLogSourcesAreLeftOut) {
  for (const char* other :
       {"{product: windows, category: process_creation}", "{product: aws, service: s3}",
        "{category: proxy}", "{product: aws, category: x}", "{service: auditd}",
        "{product: windows, service: cloudtrail}"}) {
    const RuleSet set = load_set(with_log_source(other));
    EXPECT_TRUE(set.rules.empty() && set.remarks.empty()) << other;
    ASSERT_EQ(set.left_out.size(), 1u) << other;
    EXPECT_EQ(set.left_out[0].title, "T");
    EXPECT_EQ(set.left_out[0].where, "rule.yml:1:1");
  }
  EXPECT_EQ(
      load_set(with_log_source("{category: c, product: p, service: s}")).left_out[0].log_source,
      "product p, category c, service s");
  EXPECT_EQ(load_set(with_log_source("{product: aws}")).rules.size(), 1u);
  EXPECT_EQ(load_set(with_log_source("{product: aws, definition: text}")).rules.size(), 1u);
  EXPECT_EQ(remarks_of(with_log_source("{product: AWS, service: cloudtrail}")),
            "warning 2:22 'AWS' must be in lower case\n");
}

struct Case {
  const char* why;
  const char* detection;
  const char* remarks;
};

// The detection begins at line 6, column 3.
constexpr Case kDetectionErrors[] = {
    {"no condition", "s: {eventName: x}", "error 6:3 the detection has no 'condition'\n"},
    {"no selection", "condition: s",
     "error 6:3 the detection has no selection\n"
     "error 6:14 condition: the detection has no 's'\n"},
    {"unknown modifier", "s: {eventName|containz: x}\ncondition: s",
     "error 6:17 unknown modifier 'containz', try 'contains'\n"},
    {"unknown modifier, nothing near", "s: {eventName|xyzzy: x}\ncondition: s",
     "error 6:17 unknown modifier 'xyzzy'\n"},
    {"empty modifier", "s: {'eventName|': x}\ncondition: s", "error 6:18 unknown modifier ''\n"},
    {"two problems, both are told",
     "s:\n  eventName|containz: x\n  awsRegion|endwith: y\ncondition: s",
     "error 7:15 unknown modifier 'containz', try 'contains'\n"
     "error 8:15 unknown modifier 'endwith', try 'endswith'\n"},
    {"re must be first", "s: {eventName|contains|re: x}\ncondition: s",
     "error 6:26 're' must be the first modifier\n"},
    {"cidr must be first", "s: {sourceIPAddress|all|cidr: [10.0.0.0/8, 11.0.0.0/8]}\ncondition: s",
     "error 6:27 'cidr' must be the first modifier\n"},
    {"exists must be alone", "s: {eventName|exists|all: true}\ncondition: s",
     "error 6:17 'exists' must be the only modifier\n"
     "warning 6:24 'all' changes nothing for a single value\n"},
    {"exists takes a boolean", "s: {eventName|exists: 'true'}\ncondition: s",
     "error 6:25 'exists' takes true or false, but this is text\n"},
    {"exists takes one", "s: {eventName|exists: [true, false]}\ncondition: s",
     "error 6:25 'exists' takes one value, not a list\n"},
    {"contains takes no number", "s: {eventName|contains: 5}\ncondition: s",
     "error 6:27 'contains' takes text, a regular expression or a field's name, but this is a "
     "number\n"},
    {"contains takes no null", "s: {eventName|contains: null}\ncondition: s",
     "error 6:27 'contains' takes text, a regular expression or a field's name, but this is "
     "null\n"},
    {"lt takes no text", "s: {eventName|lt: '5'}\ncondition: s",
     "error 6:21 'lt' takes a number (not in quotes), but this is text\n"},
    {"i belongs to re", "s: {eventName|i: x}\ncondition: s",
     "error 6:20 'i' takes a regular expression: it follows 're', but this is text\n"},
    {"cased and re", "s: {eventName|re|cased: x}\ncondition: s",
     "error 6:27 'cased' takes text or a field's name, but this is a regular expression\n"},
    {"no network", "s: {sourceIPAddress|cidr: 10.0.0}\ncondition: s",
     "error 6:29 'cidr': '10.0.0' is no network such as 10.0.0.0/8 or 2001:db8::/32\n"},
    {"host bits", "s: {sourceIPAddress|cidr: 10.0.0.1/8}\ncondition: s",
     "error 6:29 'cidr': '10.0.0.1/8' has bits set behind its prefix: write the network's "
     "address\n"},
    {"long prefix", "s: {sourceIPAddress|cidr: 10.0.0.0/33}\ncondition: s",
     "error 6:29 'cidr': the prefix length of '10.0.0.0/33' is not 0 to 32\n"},
    {"wildcards and base64", "s: {eventName|base64: 'a*'}\ncondition: s",
     "error 6:25 'base64': a text with wildcards cannot be encoded: put 'contains' behind, escape "
     "* "
     "and ?\n"},
    {"contains before base64offset", "s: {eventName|contains|base64offset: abc}\ncondition: s",
     "error 6:40 'base64offset': a text with wildcards cannot be encoded: put 'contains' behind, "
     "escape * and ?\n"},
    {"too short for base64offset", "s: {eventName|base64offset|contains: a}\ncondition: s",
     "error 6:40 'base64offset': 'a' is too short to be found inside Base64\n"},
    {"fieldref must come before", "s: {eventName|endswith|fieldref: a}\ncondition: s",
     "error 6:36 'fieldref': a field's name has no wildcards: write 'fieldref|contains', not "
     "'contains|fieldref'\n"},
    {"placeholder", "s: {eventName|expand: 'x%admins%'}\ncondition: s",
     "error 6:25 'expand': the placeholder '%admins%' has no value, since none can be configured: "
     "list the values in the rule\n"},
    {"placeholder in a regular expression", "s: {eventName|re|expand: '^%admins%$'}\ncondition: s",
     "error 6:28 'expand': the placeholder '%admins%' has no value, since none can be configured: "
     "list the values in the rule\n"},
    {"dashes", "s: {eventName|windash: '-a -b -c -d'}\ncondition: s",
     "error 6:26 'windash': more than three dashes in one value: split it into several\n"},
    {"dashes of dashes",
     "s: {eventName|windash|windash|windash|windash|windash: '-a -b -c'}\ncondition: s",
     "warning 6:25 'windash' stands twice\n"
     "warning 6:33 'windash' stands twice\n"
     "warning 6:41 'windash' stands twice\n"
     "warning 6:49 'windash' stands twice\n"
     "error 6:58 the modifiers make more than 20000 values of this list\n"},
    {"no end of modifiers",
     "s: {eventName|wide|wide|wide|wide|wide|wide|wide|wide|base64: a}\ncondition: s",
     "error 6:7 a field has at most 8 modifiers\n"
     "warning 6:22 'wide' stands twice\n"
     "warning 6:27 'wide' stands twice\n"
     "warning 6:32 'wide' stands twice\n"
     "warning 6:37 'wide' stands twice\n"
     "warning 6:42 'wide' stands twice\n"
     "warning 6:47 'wide' stands twice\n"
     "warning 6:52 'wide' stands twice\n"},
    {"no hour before the first", "s: {eventTime|hour|lt: 0}\ncondition: s",
     "error 6:26 'lt': no time has such a part\n"},
    {"UTF-16 without Base64", "s: {eventName|utf16: abc}\ncondition: s",
     "error 6:24 the modifiers make bytes of it that no record can hold: put 'base64' or "
     "'base64offset' behind\n"},
    {"no such hour", "s: {eventTime|hour: 24}\ncondition: s",
     "error 6:23 'hour': 24 is no whole number from 0 to 23\n"},
    {"half an hour", "s: {eventTime|hour: 0.5}\ncondition: s",
     "error 6:23 'hour': 0.5 is no whole number from 0 to 23\n"},
    {"a map as value", "s: {userIdentity: {type: Root}}\ncondition: s",
     "error 6:21 a map cannot be a value: write the path with dots, 'userIdentity.name: value'\n"},
    {"a map among values", "s: {eventName: [a, {b: c}]}\ncondition: s",
     "error 6:22 a list of values holds texts, numbers and the like, but this is a map\n"},
    {"an empty map", "s: {}\ncondition: s", "error 6:6 a selection without a field\n"},
    {"an empty list", "s: []\ncondition: s", "error 6:6 an empty list selects nothing\n"},
    {"a field without a name", "s: {'': x}\ncondition: s", "error 6:8 a field's name is missing\n"},
    {"null is no keyword", "s: [null]\ncondition: s",
     "error 6:7 null needs a field: it cannot be a keyword\n"},
    {"a network is no keyword", "s: {'|cidr': 10.0.0.0/8}\ncondition: s",
     "error 6:16 a network needs a field: it cannot be a keyword\n"},
    {"identifier", "'a b': {eventName: x}\ns: {eventName: y}\ncondition: s",
     "error 6:4 'a b' is no identifier: use letters, digits, '_' and '-'\n"},
    {"unknown identifiers, in their places", "s: {eventName: x}\ncondition: s or sel or flt",
     "error 7:19 condition: the detection has no 'sel'\n"
     "error 7:26 condition: the detection has no 'flt'\n"},
    {"place in a quoted condition", "s: {eventName: x}\ncondition: 's AND s'",
     "error 7:17 condition: 'AND' must be in lower case: 'and'\n"},
    {"place in a block condition", "s: {eventName: x}\ncondition: >\n    s and\n    x",
     "error 8:1 condition: the detection has no 'x'\n"},
    {"aggregation", "s: {eventName: x}\ncondition: s | count() > 5",
     "error 7:16 condition: '|' with an aggregation is obsolete Sigma: write a correlation rule "
     "instead\n"},
    {"a map as condition", "s: {eventName: x}\ncondition: {a: b}",
     "error 7:14 a condition is a text, or a list of texts\n"},
    {"no condition in the list", "s: {eventName: x}\ncondition: []",
     "error 7:14 a condition is a text, or a list of texts\n"},
    {"broken selections are still known by name", "s: {eventName|x: x}\ncondition: s",
     "error 6:17 unknown modifier 'x'\n"},
};

TEST(SigmaRule, DetectionErrors) {
  for (const Case& c : kDetectionErrors) {
    const std::string rule = rule_with(c.detection);
    EXPECT_EQ(remarks_of(rule), c.remarks) << c.why;
    EXPECT_TRUE(load_set(rule).rules.empty()) << c.why;
  }
}

constexpr Case kDetectionWarnings[] = {
    {"unknown field", "s: {EventName: x}\ncondition: s",
     "warning 6:7 CloudTrail records have no field 'EventName', try 'eventName' (letter case "
     "counts)\n"},
    {"unknown field, nothing near", "s: {Image|endswith: x}\ncondition: s",
     "warning 6:7 CloudTrail records have no field 'Image'\n"},
    {"unknown parent", "s: {useridentity.type: x}\ncondition: s",
     "warning 6:7 CloudTrail records have no field 'useridentity', try 'userIdentity' (letter case "
     "counts)\n"},
    {"all of one", "s: {eventName|contains|all: x}\ncondition: s",
     "warning 6:26 'all' changes nothing for a single value\n"},
    {"twice", "s: {eventName|contains|contains: x}\ncondition: s",
     "warning 6:26 'contains' stands twice\n"},
    {"null in a list", "s: {eventName: [x, null]}\ncondition: s",
     "warning 6:22 null in a list of values: Sigma wants a selection of its own for it\n"},
    {"an empty list of values", "s: {eventName: []}\ncondition: s",
     "warning 6:18 an empty list of values is read as null\n"},
    {"unused", "s: {eventName: x}\nt: {eventName: y}\ncondition: s",
     "warning 7:3 the condition does not use 't'\n"},
    {"timeframe", "s: {eventName: x}\ntimeframe: 5m\ncondition: s",
     "warning 7:3 'timeframe' is obsolete Sigma and ignored: write a correlation rule instead\n"},
};

TEST(SigmaRule, DetectionWarnings) {
  for (const Case& c : kDetectionWarnings) {
    const std::string rule = rule_with(c.detection);
    EXPECT_EQ(remarks_of(rule), c.remarks) << c.why;
    EXPECT_EQ(load_set(rule).rules.size(), 1u) << c.why;
  }
}

TEST(SigmaRule, RefusedRegularExpressionsSayWhy) {
  for (const char* expression : {"(", "a{5000}", "(?=look)", R"(\1)"}) {
    const std::string remarks =
        remarks_of(rule_with("s: {eventName|re: '" + std::string(expression) + "'}\ncondition: s"));
    EXPECT_EQ(remarks.find("error 6:21 "), 0u) << remarks;
  }
}

// Lines put before a sound logsource and detection.
constexpr Case kMetadata[] = {
    {"no title", "author: x", "error 1:1 the rule has no 'title'\n"},
    {"empty title", "author: x\ntitle:", "error 2:1 the rule has no 'title'\n"},
    {"title of the wrong kind", "title: [x]", "error 1:8 'title' must be text\n"},
    {"level", "title: T\nlevel: hihg", "error 2:8 unknown level 'hihg', try 'high'\n"},
    {"level, nothing near", "title: T\nlevel: urgent",
     "error 2:8 unknown level 'urgent', use one of informational, low, medium, high, critical\n"},
    {"status", "title: T\nstatus: tests", "error 2:9 unknown status 'tests', try 'test'\n"},
    {"deprecated", "title: T\nstatus: deprecated",
     "warning 2:9 the rule says of itself that it is deprecated\n"},
    {"id", "title: T\nid: 123",
     "warning 2:5 the id '123' is no UUID such as "
     "5f3b1a52-0d1c-4c8e-9c0e-2f6d1a7b9e40\n"},
    {"date", "title: T\ndate: 2023-02-29", "warning 2:7 'date' is no date such as 2026-01-31\n"},
    {"date", "title: T\nmodified: 31.1.2024",
     "warning 2:11 'modified' is no date such as 2026-01-31\n"},
    {"tags", "title: T\ntags: [Attack.T1098, persistence]",
     "warning 2:8 the tag 'Attack.T1098' is not of the form namespace.value in lower case\n"
     "warning 2:22 the tag 'persistence' is not of the form namespace.value in lower case\n"},
    {"tactic", "title: T\ntags: [attack.persistance]",
     "warning 2:8 ATT&CK has no tactic or technique 'persistance', try 'persistence'\n"},
    {"tags of the wrong kind", "title: T\ntags: attack.t1098",
     "error 2:7 'tags' must be a list of texts\n"},
    {"references of the wrong kind", "title: T\nreferences: [[x]]",
     "error 2:14 'references' must be a list of texts\n"},
    {"misspelt key", "title: T\nfalsepositive: x",
     "warning 2:1 unknown key 'falsepositive', did you mean 'falsepositives'?\n"},
    {"every problem", "title: T\nid: 1\nstatus: x\nlevel: y\ntags: z",
     "warning 2:5 the id '1' is no UUID such as 5f3b1a52-0d1c-4c8e-9c0e-2f6d1a7b9e40\n"
     "error 3:9 unknown status 'x', use one of stable, test, experimental, deprecated, "
     "unsupported\n"
     "error 4:8 unknown level 'y', use one of informational, low, medium, high, critical\n"
     "error 5:7 'tags' must be a list of texts\n"},
};

TEST(SigmaRule, MetadataProblems) {
  for (const Case& c : kMetadata) {
    const std::string rule = std::string(c.detection) +
                             "\nlogsource: {product: aws}\n"
                             "detection: {s: {eventName: x}, condition: s}\n";
    EXPECT_EQ(remarks_of(rule), c.remarks) << c.why;
  }
}

TEST(SigmaRule, MissingParts) {
  EXPECT_EQ(remarks_of("title: T\n"),
            "error 1:1 the rule has no 'logsource': write 'product: aws' and 'service: cloudtrail' "
            "into one\n"
            "error 1:1 the rule has no 'detection' map\n");
  EXPECT_EQ(remarks_of("title: T\nlogsource: aws\ndetection: []\n"),
            "error 2:12 the logsource names no product, category or service\n"
            "error 3:12 the rule has no 'detection' map\n");
  EXPECT_EQ(remarks_of("- a\n- b\n"),
            "error 1:1 a rule is a map with 'title', 'logsource' and 'detection'\n");
  EXPECT_EQ(remarks_of("just text\n"),
            "error 1:1 a rule is a map with 'title', 'logsource' and 'detection'\n");
  EXPECT_EQ(remarks_of(""), "");
}

TEST(SigmaRule, DocumentsThatAreNoRules) {
  EXPECT_EQ(remarks_of("title: T\ncorrelation:\n  type: event_count\n"),
            "error 2:1 correlation rules are not supported yet\n");
  EXPECT_EQ(remarks_of("title: T\nlogsource: {product: aws}\nfilter: {rules: [x]}\n"),
            "error 3:1 filter documents are not supported yet\n");
}

TEST(SigmaRule, IdsAreUnique) {
  const std::string two = std::string(kComplete) + "---\n" + kComplete;
  EXPECT_EQ(remarks_of(two),
            "error 32:5 the id '5f3b1a52-0d1c-4c8e-9c0e-2f6d1a7b9e40' is already "
            "that of 'Key for another user' ()\n");
  EXPECT_EQ(load_set(two).rules.size(), 1u);
}

TEST(SigmaRule, ABadDocumentLeavesTheOthersAndNothingInTheMatcher) {
  const std::string file = rule_with("s: {eventName: x, awsRegion|nope: y}\ncondition: s") +
                           "---\n" + rule_with("s: {eventName: y}\ncondition: s") +
                           "---\ntitle: [\n---\n" + rule_with("s: {eventName: z}\ncondition: s");
  match::MatcherBuilder builder;
  RuleSet set;
  load(file, "rule.yml", builder, set);
  ASSERT_EQ(set.rules.size(), 2u);
  EXPECT_EQ(set.rules[0].id, "rule#2");
  EXPECT_EQ(set.rules[1].id, "rule#4") << "numbered by place, not by luck";
  EXPECT_EQ(set.remarks.size(), 2u);
  const match::Matcher matcher = std::move(builder).build();
  EXPECT_EQ(matcher.rule_count(), 2u);
  EXPECT_EQ(matcher.projection().field_count(), 1u) << "awsRegion is no field of a sound rule";
}

}  // namespace
}  // namespace trailwarden::sigma::testing
