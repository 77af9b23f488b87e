// The looks are kept in golden files; block limits and hostile text are tested against Slack's own
// models by tests/sink.
#include "sink/slack_message.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "sample.h"
#include "sink/case_notice.h"

namespace trailwarden::sink {
namespace {

namespace bj = boost::json;

// JSON with a member a line, so that a difference can be read.
void pretty(const bj::value& value, const std::string& indent, std::string& out) {
  const std::string deeper = indent + "  ";
  if (value.is_object() && !value.get_object().empty()) {
    out += "{";
    const char* comma = "\n";
    for (const auto& [name, member] : value.get_object()) {
      out += comma + deeper + bj::serialize(bj::value(name)) + ": ";
      pretty(member, deeper, out);
      comma = ",\n";
    }
    out += "\n" + indent + "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    out += "[";
    const char* comma = "\n";
    for (const bj::value& element : value.get_array()) {
      out += comma + deeper;
      pretty(element, deeper, out);
      comma = ",\n";
    }
    out += "\n" + indent + "]";
  } else {
    out += bj::serialize(value);
  }
}

std::string pretty(const bj::object& message) {
  std::string out;
  pretty(message, "", out);
  return out + "\n";
}

TEST(SlackMessage, GoldenFiles) {
  Notice notice = sample_notice();
  expect_golden("slack_root.json", pretty(slack_message(notice, {})));
  const SlackForm reply{.place = SlackPlace::Thread};
  expect_golden("slack_raised.json", pretty(slack_message(notice, reply)));
  expect_golden("slack_plain.json", pretty(slack_plain_message(notice, {})));
  notice.kind = NoticeKind::Opinion;
  expect_golden("slack_opinion.json", pretty(slack_message(notice, reply)));
  expect_golden("slack_test.json", pretty(slack_message(test_notice(1772503869), {})));
}

std::string colour(const Notice& notice, SlackForm form = {}) {
  const bj::object message = slack_message(notice, form);
  return std::string(message.at("attachments").at(0).at("color").as_string());
}

TEST(SlackMessage, TheBarHasTheVerdictsColour) {
  Notice notice = sample_notice();
  EXPECT_EQ(colour(notice), "#c41616");
  notice.verdict = triage::Verdict::Uncertain;
  EXPECT_EQ(colour(notice), "#ede326");
  notice.verdict = triage::Verdict::Safe;
  EXPECT_EQ(colour(notice), "#25b04a");
  // An opinion speaks for itself, whatever became of the verdict.
  notice.kind = NoticeKind::Opinion;
  EXPECT_EQ(colour(notice, {.place = SlackPlace::Thread}), "#c41616");
}

TEST(SlackMessage, ARepeatThatMayBeOneSaysSo) {
  const std::string text = bj::serialize(slack_message(sample_notice(), {.may_repeat = true}));
  EXPECT_THAT(text, testing::HasSubstr("may be a repeat"));
}

// Slack refuses a text without a character that is seen.
TEST(SlackMessage, TextsWithNothingToSeeAreLeftOut) {
  Notice notice = sample_notice();
  notice.narrative = "\U000E0041\u200b ";
  notice.findings.clear();
  notice.opinion->explanation = "\u200b";
  notice.opinion->next_steps.clear();
  for (const auto place : {SlackPlace::Root, SlackPlace::Thread}) {
    for (const auto kind : {NoticeKind::Opened, NoticeKind::Opinion}) {
      notice.kind = kind;
      const std::string text = bj::serialize(slack_message(notice, {.place = place}));
      EXPECT_THAT(text, testing::Not(testing::HasSubstr(R"("text":"")")));
      EXPECT_THAT(text, testing::Not(testing::HasSubstr(R"("text":" ")")));
    }
  }
}

TEST(SlackMessage, NothingKnownIsStillAMessage) {
  const bj::object message = slack_message(Notice{}, {});
  EXPECT_FALSE(message.at("blocks").as_array().empty());
}

}  // namespace
}  // namespace trailwarden::sink
