#include "sample.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace trailwarden::sink {

Notice sample_notice() {
  Notice notice;
  notice.kind = NoticeKind::Raised;
  notice.case_id = "c-1f6b4a2c9d3e";
  notice.revision = 7;
  notice.verdict = triage::Verdict::Dangerous;
  notice.before = triage::Verdict::Uncertain;
  notice.risk = 93;
  notice.title = "Access key created by user mallory";
  notice.narrative = "IAM user mallory created access keys for admin. Check whether admin knows.";
  notice.actor = "key AKIAIOSFODNN7EXAMPLE";
  notice.principal = "arn:aws:iam::111122223333:user/mallory";
  notice.user = "mallory";
  notice.account = "111122223333";
  notice.regions = {"us-east-1", "eu-central-1"};
  notice.addresses = {"203.0.113.77"};
  notice.agents = {"aws-cli/2.15.30"};
  notice.services = {"iam.amazonaws.com"};
  notice.first = 1772503869;  // 2026-03-03T02:11:09Z
  notice.last = 1772504811;
  notice.events = 4;
  notice.failed = 1;
  notice.tactics = {"persistence"};
  notice.techniques = {"T1098", "T1098.001"};
  notice.findings = {{.id = "8c1c3a5a-0c3f-4a55-9a55-0b8c3c2d8d10",
                      .title = "Access key created for another user",
                      .level = sigma::Level::High,
                      .attack = {"T1098.001"},
                      .why = "userName admin is not the caller",
                      .events = 2,
                      .event_id = "0b0a5c7e-6f3a-4e0d-9a51-7c2f7f1d2e3a"}};
  notice.actions = {
      {.source = "iam.amazonaws.com", .name = "CreateAccessKey", .events = 4, .failed = 1}};
  notice.event_id = "0b0a5c7e-6f3a-4e0d-9a51-7c2f7f1d2e3a";
  notice.event_region = "us-east-1";
  notice.opinion = NoticeOpinion{.verdict = triage::Verdict::Dangerous,
                                 .explanation = "Keys for an administrator at night.",
                                 .next_steps = {"Disable the keys", "Ask admin"},
                                 .model = "claude",
                                 .counted = true};
  notice.dashboard_url = "http://127.0.0.1:8080/cases/c-1f6b4a2c9d3e";
  notice.footer = "rules 2026-11-22";
  return notice;
}

void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path =
      std::filesystem::path(TW_SOURCE_DIR) / "tests/unit/sink/golden" / name;
  if (std::getenv("TW_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  std::stringstream kept;
  kept << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(text, kept.str()) << name;
}

}  // namespace trailwarden::sink
