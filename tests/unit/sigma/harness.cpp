#include "harness.h"

#include <gtest/gtest.h>

#include <utility>

#include "../match/record.h"

namespace trailwarden::sigma::testing {

std::string rule_with(std::string_view detection) {
  std::string yaml =
      "title: A rule\n"
      "logsource:\n"
      "  product: aws\n"
      "  service: cloudtrail\n"
      "detection:\n";
  while (!detection.empty()) {
    const std::size_t end = std::min(detection.find('\n'), detection.size() - 1);
    yaml.append("  ").append(detection.substr(0, end + 1));
    detection.remove_prefix(end + 1);
  }
  return yaml + "\n";
}

RuleSet load_set(std::string_view yaml, std::string_view origin) {
  match::MatcherBuilder builder;
  RuleSet set;
  load(yaml, origin, builder, set);
  return set;
}

std::string remarks_of(std::string_view yaml) {
  std::string text;
  for (const Remark& remark : load_set(yaml, "").remarks) {
    text += remark.severity == Remark::Severity::Error ? "error " : "warning ";
    text += remark.where.substr(1) + " " + remark.message + "\n";
  }
  return text;
}

bool fires(std::string_view yaml, std::string_view event) {
  match::MatcherBuilder builder;
  RuleSet set;
  load(yaml, "rule.yml", builder, set);
  for (const Remark& remark : set.remarks) {
    EXPECT_NE(remark.severity, Remark::Severity::Error) << remark.where << ": " << remark.message;
  }
  EXPECT_EQ(set.rules.size(), 1u) << yaml;
  const match::Matcher matcher = std::move(builder).build();
  match::Record record(event, matcher.projection());
  EXPECT_TRUE(record.ok()) << event;
  return !match::rules_of(matcher, record).empty();
}

}  // namespace trailwarden::sigma::testing
