#include "sink/sink_spec.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "sample.h"

namespace trailwarden::sink {
namespace {

TEST(SinkSpec, WhatPeopleWrite) {
  struct Case {
    const char* text;
    SinkKind kind;
    const char* target;
    Route route;
  };
  const Route usual;
  const Case kCases[] = {
      {"slack", SinkKind::SlackHook, "", usual},
      {"slack:C0123456789", SinkKind::SlackBot, "C0123456789", usual},
      {"slack:#sec-alerts", SinkKind::SlackBot, "#sec-alerts", usual},
      {"slack:C0123456789,min=dangerous",
       SinkKind::SlackBot,
       "C0123456789",
       {.least = triage::Verdict::Dangerous}},
      {"slack:x,account=222222222222+111111111111,min=safe",
       SinkKind::SlackBot,
       "x",
       {.least = triage::Verdict::Safe, .accounts = {"111111111111", "222222222222"}}},
      {"sns:arn:aws:sns:eu-central-1:111122223333:alerts", SinkKind::Sns,
       "arn:aws:sns:eu-central-1:111122223333:alerts", usual},
      {"webhook:https://example.com/a?b=c,d", SinkKind::Webhook, "https://example.com/a?b=c,d",
       usual},
      {"webhook:https://example.com/a?b=1,2,min=safe",
       SinkKind::Webhook,
       "https://example.com/a?b=1,2",
       {.least = triage::Verdict::Safe}},
      {"jsonl:/var/log/a,b.jsonl", SinkKind::JsonLines, "/var/log/a,b.jsonl", usual},
      {"ocsf:-", SinkKind::Ocsf, "-", usual},
      {"-", SinkKind::JsonLines, "-", usual},
      {"-,min=safe", SinkKind::JsonLines, "-", {.least = triage::Verdict::Safe}},
  };
  for (const Case& each : kCases) {
    const auto spec = parse_sink_spec(each.text);
    ASSERT_TRUE(spec) << each.text << ": " << spec.error().message;
    EXPECT_EQ(spec->kind, each.kind) << each.text;
    EXPECT_EQ(spec->target, each.target) << each.text;
    EXPECT_TRUE(spec->route == each.route) << each.text;
  }
}

TEST(SinkSpec, SecretsAreReferences) {
  const auto spec = parse_sink_spec("slack:x,secret=secretsmanager:prod/slack#token,min=safe");
  ASSERT_TRUE(spec);
  EXPECT_EQ(to_string(*spec->secret), "secretsmanager:prod/slack#token");
  EXPECT_FALSE(parse_sink_spec("slack:x,secret=hunter2"));
}

TEST(SinkSpec, WhatIsWrongIsSaidWithoutSecrets) {
  for (const char* text : {"",
                           "slack:",
                           "slack:a b",
                           "slack:xoxb-secret",
                           "slack:https://hooks.slack.com/secret",
                           "sns:",
                           "webhook:",
                           "webhook:ftp://x",
                           "jsonl:",
                           "ocsf:",
                           "email:x",
                           "-x",
                           "slack:x,min=",
                           "slack:x,min=all",
                           "slack:x,account=",
                           "slack:x,account=1+",
                           "slack:x,accounts=111122223333",
                           "slack:x,secret=",
                           "slack:x,secret=xoxb-secret",
                           "jsonl:x,secret=env:A",
                           "slack:x,min=safe,min=safe"}) {
    const auto spec = parse_sink_spec(text);
    ASSERT_FALSE(spec) << text;
    EXPECT_EQ(spec.error().code, ErrorCode::Usage) << text;
    EXPECT_EQ(spec.error().message.find("secret/"), std::string::npos);
    EXPECT_EQ(spec.error().message.find("xoxb-s"), std::string::npos);
  }
}

TEST(Routes, GraverOfNowAndBefore) {
  const std::vector<Route> routes = {
      {.least = triage::Verdict::Dangerous, .accounts = {"111122223333"}}};
  Notice notice = sample_notice();
  EXPECT_TRUE(is_for(routes, notice));
  notice.account = "444455556666";
  EXPECT_FALSE(is_for(routes, notice));
  notice.account = "111122223333";
  notice.verdict = triage::Verdict::Uncertain;
  EXPECT_FALSE(is_for(routes, notice));
  notice.before = triage::Verdict::Dangerous;
  EXPECT_TRUE(is_for(routes, notice));
  notice = Notice{};
  notice.kind = NoticeKind::Test;
  EXPECT_TRUE(is_for(routes, notice));
  EXPECT_FALSE(is_for({}, sample_notice()));
}

// A folder of its own that is removed again.
class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "sink-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

Means with(std::map<std::string, std::string> variables) {
  return {.http = {},
          .environment = [variables](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
          },
          .aws = {},
          .sleep = {}};
}

Secret secret(const char* reference, Means means = with({})) {
  return Secret(*parse_secret_reference(reference), std::move(means));
}

TEST(Secrets, FromVariablesAndFiles) {
  const Folder folder;
  write(folder / "token", "xoxb-1\r\n");
  const std::string file = "file:" + (folder / "token").string();
  EXPECT_EQ(*secret("env:T", with({{"T", "xoxb-0"}})).get(), "xoxb-0");
  EXPECT_EQ(*secret(file.c_str()).get(), "xoxb-1");
  EXPECT_EQ(*secret("env:T", with({{"T", file}})).get(), "xoxb-1");
}

TEST(Secrets, WhatCanBeNoneIsRefusedWithoutShowingIt) {
  for (const char* value : {"two words", "line\nbreak", "\n", "\xc3\xa9t\xc3\xa9"}) {
    const auto got = secret("env:T", with({{"T", value}})).get();
    ASSERT_FALSE(got) << value;
    EXPECT_EQ(to_string(got.error()).find(value), std::string::npos);
  }
  EXPECT_FALSE(secret("env:T").get());
  EXPECT_FALSE(secret("file:/nonexistent/x").get());
  EXPECT_FALSE(secret("secretsmanager:x").get()) << "without AWS";
  EXPECT_FALSE(secret("env:T", with({{"T", std::string(5000, 'x')}})).get());
}

TEST(Secrets, AreKeptUntilTheyAreStale) {
  const Folder folder;
  write(folder / "token", "one");
  Secret token = secret(("file:" + (folder / "token").string()).c_str());
  EXPECT_EQ(*token.get(), "one");
  write(folder / "token", "two");
  EXPECT_EQ(*token.get(), "one");
  EXPECT_TRUE(token.renew("one"));
  EXPECT_EQ(*token.get(), "two");
  EXPECT_FALSE(token.renew("two")) << "nothing new";
  EXPECT_TRUE(token.renew("one")) << "somebody else renewed it";
}

TEST(MakeSinks, NamesAndOneSinkATarget) {
  const auto sinks = make_sinks(
      {"slack:C0123456789,min=dangerous", "jsonl:/tmp/x", "slack",
       "slack:C0123456789,account=111122223333", "webhook:https://example.com/hook", "ocsf:/tmp/x"},
      with({{"SLACK_BOT_TOKEN", "xoxb-1"}, {"SLACK_WEBHOOK_URL", "https://hooks.slack.com/x"}}));
  ASSERT_TRUE(sinks) << sinks.error().message;
  std::vector<std::string> names;
  for (const auto& sink : *sinks) names.push_back(sink->name());
  EXPECT_THAT(names, testing::ElementsAre("slack:C0123456789", "jsonl:/tmp/x", "slack:webhook",
                                          testing::StartsWith("webhook:https://example.com/#"),
                                          "ocsf:/tmp/x"));
}

TEST(MakeSinks, AMissingSecretIsToldAtOnce) {
  const auto sinks = make_sinks({"slack:C0123456789"}, with({}));
  ASSERT_FALSE(sinks);
  EXPECT_THAT(sinks.error().message, testing::HasSubstr("SLACK_BOT_TOKEN"));
  EXPECT_FALSE(make_sinks({"sns:arn:aws:sns:eu-central-1:111122223333:alerts"}, with({})));
  // One that AWS keeps is read when it is needed.
  EXPECT_TRUE(make_sinks({"slack:C1"}, with({{"SLACK_BOT_TOKEN", "secretsmanager:slack"}})));
}

}  // namespace
}  // namespace trailwarden::sink
