// Events as a scan hands them to a digest.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "scan/scan.h"

namespace trailwarden::digest {

inline triage::Sighting event(std::int64_t time, const std::string& id, const std::string& user,
                              const std::string& name, const std::string& error = "") {
  triage::Sighting sighting;
  sighting.time = time;
  sighting.event_id = id;
  sighting.user = user;
  sighting.actor = user;
  sighting.source = "iam.amazonaws.com";
  sighting.name = name;
  sighting.region = "eu-west-1";
  sighting.source_ip = "198.51.100.7";
  sighting.user_agent = "aws-cli/2.15";
  sighting.account = "111122223333";
  sighting.error_code = error;
  return sighting;
}

inline sigma::RuleSet two_rules() {
  sigma::RuleSet rules;
  rules.rules.resize(2);
  rules.rules[0].title = "Keys for another user";
  rules.rules[1].title = "Trail stopped";
  return rules;
}

}  // namespace trailwarden::digest
