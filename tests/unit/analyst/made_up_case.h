// A case with everything in it that can be told, hidden or cited.
#pragma once

#include <string>

#include "triage/case.h"

namespace trailwarden::analyst {

inline triage::TimelineEntry an_event(const std::string& id, std::int64_t time,
                                      const std::string& name, const std::string& target,
                                      const std::string& error = "") {
  triage::TimelineEntry entry;
  entry.sighting.event_id = id;
  entry.sighting.time = time;
  entry.sighting.source = "iam.amazonaws.com";
  entry.sighting.name = name;
  entry.sighting.target = target;
  entry.sighting.error_code = error;
  entry.sighting.failed = !error.empty();
  entry.sighting.account = "111122223333";
  entry.sighting.source_ip = "203.0.113.9";
  entry.sighting.principal = "arn:aws:iam::111122223333:user/ops/mallory.q";
  entry.judgement.risk = 35;
  return entry;
}

inline triage::CaseFinding a_finding(const std::string& id, const std::string& title,
                                     const std::string& why, const std::string& event_id) {
  triage::CaseFinding finding;
  finding.finding.id = id;
  finding.finding.title = title;
  finding.finding.why = why;
  finding.finding.attack = {"T1098.001"};
  finding.events = 1;
  finding.event_id = event_id;
  return finding;
}

// `user` does what mallory.q does, from `address`, with ids of his own.
inline triage::Case a_doubtful_case(const std::string& user = "mallory.q",
                                    const std::string& address = "203.0.113.9") {
  const std::string arn = "arn:aws:iam::111122223333:user/ops/" + user;
  triage::Case found;
  found.id = "c-0123456789ab";
  found.actor = found.principal = found.user = arn;
  found.user_type = "IAMUser";
  found.account = "111122223333";
  found.verdict = triage::Verdict::Uncertain;
  found.risk = 42;
  found.first = 1772503860;  // 2026-03-03T02:11:00Z
  found.last = 1772504760;
  found.events = 3;
  found.failed = 1;
  found.addresses.entries = {{address, 3}};
  found.agents.entries = {{"aws-cli/2.17.9 md/awscrt#0.20.11", 3}};
  found.regions.entries = {{"eu-north-1", 3}};
  const std::string by = " by " + arn + " from " + address;
  found.findings = {
      a_finding("r1", "Access key created for somebody else",
                "CreateAccessKey on admin.one" + by +
                    "; requestParameters.userName = admin.one, userIdentity.accessKeyId = "
                    "AKIAIOSFODNN7EXAMPLE.",
                user + "-1"),
      a_finding("r2", "Secret read by a user",
                "GetSecretValue" + by + "; requestParameters.secretId = prod/orders/db.",
                user + "-3"),
  };
  found.timeline = {
      an_event(user + "-1", 1772503860, "CreateAccessKey", "admin.one"),
      an_event(user + "-2", 1772504000, "ListUsers", "", "AccessDenied"),
      an_event(user + "-3", 1772504760, "GetSecretValue", "prod/orders/db"),
  };
  for (triage::TimelineEntry& entry : found.timeline) {
    entry.sighting.principal = arn;
    entry.sighting.source_ip = address;
    triage::CaseAction action;
    action.source = entry.sighting.source;
    action.name = entry.sighting.name;
    action.events = 1;
    action.failed = entry.sighting.failed ? 1 : 0;
    if (!entry.sighting.target.empty()) action.targets.entries = {{entry.sighting.target, 1}};
    found.actions.push_back(action);
  }
  return found;
}

}  // namespace trailwarden::analyst
