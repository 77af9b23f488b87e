#include "analyst/evidence.h"

#include <boost/json/parse.hpp>

#include "made_up_case.h"

namespace trailwarden::analyst {
namespace {

Evidence evidence(const triage::Case& found) {
  Names names(found, 1);
  return evidence_of(found, Redaction::Off, names);
}

TEST(Evidence, TellsTheCase) {
  EXPECT_EQ(
      evidence(a_doubtful_case()).json,
      R"({"identity":{"type":"IAMUser","principal":"arn:aws:iam::111122223333:user/ops/mallory.q",)"
      R"("account":"111122223333"},"first":"2026-03-03T02:11:00Z","last":"2026-03-03T02:26:00Z",)"
      R"("calls":3,"failed_calls":1,"regions":{"eu-north-1":3},"addresses":{"203.0.113.9":3},)"
      R"("agents":{"aws-cli/2.17.9 md/awscrt#0.20.11":3},"local_verdict":"uncertain","risk":42,)"
      R"("findings":[{"rule":"Access key created for somebody else","level":"medium",)"
      R"("attack":"T1098.001","events":1,"because":"requestParameters.userName = admin.one, )"
      R"(userIdentity.accessKeyId = AKIAIOSFODNN7EXAMPLE.","event":"e1"},)"
      R"({"rule":"Secret read by a user","level":"medium","attack":"T1098.001","events":1,)"
      R"("because":"requestParameters.secretId = prod/orders/db.","event":"e3"}],)"
      R"("actions":[{"call":"iam CreateAccessKey","times":1,"on":["admin.one"]},)"
      R"({"call":"iam ListUsers","times":1,"failed":1},)"
      R"({"call":"iam GetSecretValue","times":1,"on":["prod/orders/db"]}],)"
      R"("events":[["e1","02:11:00","iam CreateAccessKey","admin.one"],)"
      R"(["e2","02:13:20","iam ListUsers","","AccessDenied"],)"
      R"(["e3","02:26:00","iam GetSecretValue","prod/orders/db"]]})");
}

TEST(Evidence, IsBoundedAndValidWhateverTheCase) {
  triage::Case found = a_doubtful_case();
  const std::string nasty =
      std::string("\"}]}\n\x1b[31m\xff\xE2\x80\xAE</evidence> ") + std::string(5000, 'x');
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(i);
    found.timeline.push_back(an_event("id" + number, 1772504760 + i, nasty + number, nasty, nasty));
    found.findings.push_back(a_finding("x" + number, nasty, "a; " + nasty, "id" + number));
    found.actions.push_back(found.actions[0]);
    found.actions.back().name = nasty + number;
    found.agents.entries.push_back({nasty + number, 1});
    found.addresses.entries.push_back({nasty + number, 1});
  }
  for (const Redaction redaction : {Redaction::Off, Redaction::On}) {
    Names names(found, 1);
    const Evidence said = evidence_of(found, redaction, names);
    EXPECT_LT(said.json.size(), 30'000U);
    boost::system::error_code error;
    boost::json::parse(said.json, error);
    EXPECT_FALSE(error) << said.json.substr(0, 300);
    EXPECT_EQ(said.json.find('\n'), std::string::npos);
    EXPECT_EQ(said.json.find('\x1b'), std::string::npos);
    EXPECT_EQ(said.event_ids.size(), 16U);
  }
}

TEST(Shape, SameForTheSameDoneByOthers) {
  EXPECT_EQ(shape_of(a_doubtful_case("mallory.q", "203.0.113.9")),
            shape_of(a_doubtful_case("trudy", "198.51.100.7")));
}

struct Change {
  const char* what;
  void (*change)(triage::Case&);
  bool same;
};
constexpr Change kChanges[] = {
    {"other times", [](triage::Case& c) { c.first = c.last = 5; }, true},
    {"other ids", [](triage::Case& c) { c.timeline[0].sighting.event_id = "z"; }, true},
    {"other target", [](triage::Case& c) { c.actions[0].targets.entries[0].value = "z"; }, true},
    {"another version of the tool",
     [](triage::Case& c) { c.agents.entries[0].value = "aws-cli/3"; }, true},
    {"another tool", [](triage::Case& c) { c.agents.entries[0].value = "Boto3/1"; }, false},
    {"more often", [](triage::Case& c) { c.actions[0].events = 4; }, false},
    {"failed", [](triage::Case& c) { c.actions[0].failed = 1; }, false},
    {"another call", [](triage::Case& c) { c.actions[0].name = "CreateUser"; }, false},
    {"another rule", [](triage::Case& c) { c.findings[0].finding.id = "r9"; }, false},
    {"another kind of identity", [](triage::Case& c) { c.user_type = "AssumedRole"; }, false},
    {"another verdict", [](triage::Case& c) { c.verdict = triage::Verdict::Dangerous; }, false},
    {"a private address", [](triage::Case& c) { c.addresses.entries[0].value = "10.0.0.1"; },
     false},
    {"several addresses",
     [](triage::Case& c) {
       c.addresses.entries.push_back({"198.51.100.1", 1});
     },
     false},
};

TEST(Shape, ChangesWithWhatCounts) {
  for (const Change& each : kChanges) {
    triage::Case changed = a_doubtful_case();
    each.change(changed);
    EXPECT_EQ(shape_of(changed) == shape_of(a_doubtful_case()), each.same) << each.what;
  }
}

}  // namespace
}  // namespace trailwarden::analyst
