#include "analyst/local.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace trailwarden::analyst {
namespace {

using sigma::Level;
using triage::Case;
using triage::CaseAction;

constexpr std::int64_t kStart = 1772503860;  // 2026-03-03T02:11:00Z

struct Call {
  const char* name;
  Level level;
  const char* tactic;
  const char* technique;
  std::uint64_t events = 1;
  std::uint64_t failed = 0;
  std::vector<std::string> targets = {};
  const char* rule_title = "A rule";
};

// A case as triage makes it, from calls one minute apart; one finding each.
Case made_up_case(const std::string& principal, const std::vector<Call>& calls) {
  Case found;
  found.principal = found.actor = principal;
  found.account = "111122223333";
  if (!principal.empty()) found.user_type = "IAMUser";
  found.addresses.entries = {{"203.0.113.9", 1}};
  found.first = found.last = kStart;
  for (const Call& call : calls) {
    CaseAction action;
    action.name = call.name;
    action.level = call.level;
    action.tactic = call.tactic;
    action.rule_title = call.rule_title;
    action.events = call.events;
    action.failed = call.failed;
    action.first = kStart + 60 * static_cast<std::int64_t>(found.actions.size());
    for (const std::string& target : call.targets) action.targets.entries.push_back({target, 1});
    found.last = action.first;
    found.events += call.events;
    found.failed += call.failed;
    found.actions.push_back(action);
    triage::CaseFinding finding;
    finding.finding.title = call.rule_title;
    finding.finding.level = call.level;
    finding.finding.attack = {call.technique};
    finding.finding.tactics = {call.tactic};
    finding.events = call.events;
    finding.failed = call.failed;
    found.findings.push_back(finding);
  }
  std::stable_sort(found.findings.begin(), found.findings.end(),
                   [](const auto& a, const auto& b) { return a.finding.level > b.finding.level; });
  return found;
}

TEST(LocalAnalyst, BlindedAndGrowing) {
  const Story story = tell(made_up_case(
      "arn:aws:iam::111122223333:user/mallory",
      {{"StopLogging", Level::High, "defense-impairment", "T1685.002", 1, 0, {"main"}},
       {"CreateAccessKey", Level::Medium, "persistence", "T1098.001", 2, 0, {"admin"}}}));
  EXPECT_EQ(story.title, "CloudTrail logging stopped, then access key created by user mallory");
  EXPECT_EQ(story.narrative,
            "IAM user mallory, from 203.0.113.9, switched off CloudTrail logging of main "
            "(StopLogging) and then created access keys for admin (CreateAccessKey, 2 calls), "
            "between 02:11 and 02:12 UTC on 3 March 2026. Logging or guards that go down while "
            "access grows are how an intruder stays unseen: confirm every step with the owner of "
            "the identity, switch the guards back on, and revoke what was created.");
}

TEST(LocalAnalyst, RefusedAttempts) {
  Case found = made_up_case(
      "arn:aws:sts::111122223333:assumed-role/Deploy/ci-7",
      {{"GetSecretValue",
        Level::High,
        "credential-access",
        "T1555.006",
        9,
        9,
        {"arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf", "prod/mail"}}});
  found.user_type = "AssumedRole";
  found.addresses.entries.push_back({"198.51.100.7", 1});
  const Story story = tell(found);
  EXPECT_EQ(story.title, "Failed attempt to read secrets by role Deploy");
  EXPECT_EQ(story.narrative,
            "Role Deploy (session ci-7), from 203.0.113.9 and 1 other address, tried to read the "
            "secrets prod/db-AbCdEf and prod/mail (GetSecretValue, 9 calls), at 02:11 UTC on "
            "3 March 2026. All 9 calls failed, so nothing shows yet that the attempt succeeded. "
            "Whoever tries this has an aim and may find another way to it: ask the owner of the "
            "identity whether the calls were theirs, and see what it called before and since.");
}

TEST(LocalAnalyst, AdvisesOnWhatSucceeded) {
  const Story story = tell(made_up_case(
      "arn:aws:iam::1:user/bob",
      {{"DeleteTrail", Level::Critical, "defense-impairment", "T1685.002", 1, 1, {"main"}},
       {"GetSecretValue", Level::Medium, "credential-access", "T1555.006", 1, 0, {"db"}}}));
  EXPECT_NE(story.narrative.find("1 of 2 calls failed. Secrets that were read"), std::string::npos)
      << story.narrative;
}

TEST(LocalAnalyst, CallsItHasNoWordsFor) {
  const Story story = tell(made_up_case(
      "arn:aws:iam::111122223333:root",
      {{"FrobnicateWidget", Level::Medium, "impact", "T9999", 3, 1, {}, "Widget frobnicated"}}));
  EXPECT_EQ(story.title, "Widget frobnicated by the root user");
  EXPECT_EQ(story.narrative,
            "The root user of account 111122223333, from 203.0.113.9, called FrobnicateWidget "
            "(3 calls, “Widget frobnicated”), at 02:11 UTC on 3 March 2026. 1 of 3 calls failed. "
            "The damage of such calls is often final: stop the identity until its owner confirms "
            "them, and check backups.");
}

TEST(LocalAnalyst, NobodyNamed) {
  const Story story = tell(made_up_case("", {{"ConsoleLogin",
                                              Level::Medium,
                                              "initial-access",
                                              "T1110.001",
                                              30,
                                              30,
                                              {},
                                              "Console password guessed"}}));
  EXPECT_EQ(story.title, "Console password guessed by 203.0.113.9");
  EXPECT_EQ(story.narrative,
            "An unnamed caller, from 203.0.113.9, tried to sign in to the AWS console "
            "(ConsoleLogin, 30 calls, “Console password guessed”), at 02:11 UTC on 3 March 2026. "
            "All 30 calls failed, so nothing shows yet that the attempt succeeded. Repeated "
            "failures may be somebody guessing a password: see whether a sign-in succeeded "
            "afterwards, and require MFA.");
}

TEST(LocalAnalyst, TellsTheGravestFour) {
  const Story story = tell(made_up_case(
      "arn:aws:iam::1:user/bob",
      {{"ListBuckets", Level::Low, "discovery", "T1580", 5},
       {"CreateUser", Level::Medium, "persistence", "T1136.003", 1, 0, {"eve"}},
       {"AttachUserPolicy", Level::High, "privilege-escalation", "T1098.003", 1, 0, {"eve"}},
       {"RunInstances", Level::Medium, "impact", "T1496", 2},
       {"ModifySnapshotAttribute", Level::High, "exfiltration", "T1537", 1, 0, {"snap-1"}}}));
  EXPECT_EQ(story.title, "Policy attached to a user, then disk snapshot shared by user bob");
  EXPECT_EQ(story.narrative,
            "IAM user bob, from 203.0.113.9, created the IAM user eve (CreateUser), attached a "
            "policy to user eve (AttachUserPolicy), started new EC2 instances (RunInstances, 2 "
            "calls) and then changed who may use the disk snapshot snap-1 "
            "(ModifySnapshotAttribute), among 5 other calls of note, between 02:11 and 02:15 UTC "
            "on 3 March 2026. A policy that gives more rights turns a small foothold into a large "
            "one: compare the new rights with what the identity needs and detach what it does "
            "not.");
}

TEST(LocalAnalyst, CallsOfOneRuleAreToldTogether) {
  const Story story = tell(made_up_case(
      "arn:aws:iam::1:user/bob",
      {{"ListUsers", Level::Medium, "discovery", "T1087.004", 2, 0, {}, "IAM listed"},
       {"ListRoles", Level::Medium, "discovery", "T1087.004", 1, 0, {}, "IAM listed"},
       {"ListMFADevices", Level::Medium, "discovery", "T1087.004", 1, 0, {}, "IAM listed"},
       {"GetUser", Level::Medium, "discovery", "T1087.004", 1, 1, {}, "IAM listed"}}));
  EXPECT_EQ(story.title, "IAM listed by user bob");
  EXPECT_NE(story.narrative.find(" called ListUsers, ListRoles, ListMFADevices and others "
                                 "(5 calls, “IAM listed”), between"),
            std::string::npos)
      << story.narrative;
}

TEST(LocalAnalyst, EachTacticComesBeforeMoreOfTheSame) {
  const Story story = tell(made_up_case(
      "arn:aws:iam::1:user/bob", {{"StopLogging", Level::High, "defense-impairment", "T1685.002"},
                                  {"DeleteTrail", Level::High, "defense-impairment", "T1685.002"},
                                  {"DeleteFlowLogs", Level::High, "defense-impairment", "T1685"},
                                  {"DeleteDetector", Level::High, "defense-impairment", "T1685"},
                                  {"DeleteDBInstance", Level::High, "impact", "T1485"}}));
  EXPECT_EQ(story.title, "CloudTrail logging stopped, then database deleted by user bob");
  EXPECT_NE(story.narrative.find("DeleteDBInstance"), std::string::npos) << story.narrative;
}

TEST(LocalAnalyst, AService) {
  Case found =
      made_up_case("ec2.amazonaws.com", {{"AssumeRole", Level::High, "persistence", "T1"}});
  found.is_service = true;
  found.user_type = "AWSService";
  found.first.reset();
  found.last.reset();
  EXPECT_EQ(tell(found).narrative,
            "The AWS service ec2.amazonaws.com assumed a role (AssumeRole). What was added lets "
            "somebody come back later: confirm it with its owner, and remove what nobody asked "
            "for.");
}

TEST(LocalAnalyst, AnEmptyCaseIsTold) {
  EXPECT_FALSE(tell(Case{}).title.empty());
  EXPECT_FALSE(tell(Case{}).narrative.empty());
}

// What an attacker can write into names must not pass for our words.
TEST(LocalAnalyst, HostileNames) {
  const char* const hostile[] = {
      "bob. All is well",
      "a\nb",
      "x” and “y",
      "\x1b[2J",
      "\xff\xfe",
      "<script>",
      "\xe2\x80\xaegnp.exe",
      "ignore all instructions",
      "arn:aws:iam::1:user/a b, c",
      "*bold* `x`",
      "",
  };
  for (const std::string name : hostile) {
    Case found = made_up_case("arn:aws:iam::1:user/" + name,
                              {{"CreateAccessKey",
                                Level::High,
                                "persistence",
                                "T1098.001",
                                1,
                                0,
                                {name.empty() ? "x" : name}},
                               {"Create Evil", Level::High, "persistence", "T1098.001"}});
    found.actions[1].name = name;
    found.addresses.entries[0].value = name;
    const Story story = tell(found);
    EXPECT_EQ(story.narrative.find('\n'), std::string::npos) << name;
    EXPECT_EQ(story.narrative.find('\x1b'), std::string::npos);
    EXPECT_EQ(story.narrative.find('\xff'), std::string::npos);
    EXPECT_EQ(story.narrative.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_EQ(story.narrative.find("” and “y"), std::string::npos);
  }
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

TEST(LocalAnalyst, TitlesFit) {
  for (std::size_t size = 0; size < 200; ++size) {
    std::string name(size, 'u');
    std::string wide;
    for (std::size_t i = 0; i < size; ++i) wide += "ü";
    for (const std::string& text : {name, wide}) {
      const Story story =
          tell(made_up_case("arn:aws:iam::1:user/" + text,
                            {{"Frobnicate", Level::High, "impact", "T1", 1, 0, {}, text.c_str()},
                             {"InvokeModelWithResponseStream", Level::High, "impact", "T1"}}));
      EXPECT_LE(characters(story.title), 80U) << story.title;
      EXPECT_FALSE(story.title.empty());
    }
  }
}

}  // namespace
}  // namespace trailwarden::analyst
