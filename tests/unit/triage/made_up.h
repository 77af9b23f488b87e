// Rules and sightings for the tests of triage.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sigma/rule.h"
#include "triage/sighting.h"

namespace trailwarden::triage {

inline sigma::Rule made_up_rule(std::string id, sigma::Level level, std::string tactic) {
  sigma::Rule rule;
  rule.title = "Rule " + id;
  rule.id = std::move(id);
  rule.level = level;
  rule.tactics = {std::move(tactic)};
  rule.techniques = {"T1" + rule.id};
  return rule;
}

// 0 to 4: one of each level, from informational; 5 to 9: medium, of five different tactics.
inline sigma::RuleSet made_up_rules() {
  using sigma::Level;
  sigma::RuleSet set;
  set.rules = {made_up_rule("info", Level::Informational, "discovery"),
               made_up_rule("low", Level::Low, "discovery"),
               made_up_rule("medium", Level::Medium, "persistence"),
               made_up_rule("high", Level::High, "privilege-escalation"),
               made_up_rule("critical", Level::Critical, "impact"),
               made_up_rule("m5", Level::Medium, "initial-access"),
               made_up_rule("m6", Level::Medium, "execution"),
               made_up_rule("m7", Level::Medium, "defense-impairment"),
               made_up_rule("m8", Level::Medium, "credential-access"),
               made_up_rule("m9", Level::Medium, "exfiltration")};
  return set;
}

inline Sighting made_up_sighting(std::string actor, std::int64_t time, std::string id,
                                 const std::vector<std::uint32_t>& rules) {
  Sighting sighting;
  sighting.principal = actor;
  sighting.actor = std::move(actor);
  sighting.time = time;
  sighting.event_id = std::move(id);
  sighting.source = "iam.amazonaws.com";
  sighting.name = "CreateAccessKey";
  sighting.region = "us-east-1";
  sighting.source_ip = "203.0.113.9";
  for (const std::uint32_t rule : rules) {
    sighting.hits.push_back({rule, false, "because of rule " + std::to_string(rule)});
  }
  return sighting;
}

}  // namespace trailwarden::triage
