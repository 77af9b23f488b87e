#include "sink/notice_page.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>

#include "base/code_point.h"
#include "sample.h"
#include "sink/lines.h"
#include "sink/notice_json.h"
#include "sink/route.h"
#include "sink/slack_message.h"
#include "sink/slack_text.h"
#include "sink/sns.h"

namespace trailwarden::sink {
namespace {

namespace bj = boost::json;

NoticePage page_of(std::initializer_list<std::size_t> points) {
  NoticePage page;
  for (const std::size_t count : points) {
    page.sections.push_back({"Section " + std::to_string(page.sections.size()), {}});
    for (std::size_t i = 0; i < count; ++i) {
      page.sections.back().points.push_back({"point " + std::to_string(i), {}, {}});
    }
  }
  return page;
}

Notice digest_of(NoticePage page) {
  Notice notice;
  notice.kind = NoticeKind::Digest;
  notice.case_id = "digest-1";
  notice.verdict = triage::Verdict::Dangerous;
  notice.title = "CloudTrail digest, 2026-03-10 00:00 – 23:59 UTC";
  notice.narrative = "200 events: 1 dangerous case, 0 uncertain cases.";
  notice.footer = "rules 2026-11-22";
  notice.page = std::move(page);
  return notice;
}

std::size_t points_of(const NoticePage& page) {
  std::size_t points = 0;
  for (const PageSection& section : page.sections) points += section.points.size();
  return points;
}

TEST(NoticePage, IsWholeWhereItFits) {
  const NoticePage page = page_of({2, 3});
  const NoticePage same = fitted(page, [](const NoticePage&) { return true; });
  EXPECT_EQ(same.sections.size(), 2U);
  EXPECT_EQ(same.left_out, 0U);
}

TEST(NoticePage, EndsBetweenSectionsAndOnlyWithinTheFirst) {
  const NoticePage page = page_of({3, 4, 5});
  for (std::size_t room = 0; room <= 12; ++room) {
    const NoticePage part =
        fitted(page, [room](const NoticePage& some) { return points_of(some) <= room; });
    const std::size_t expected = room >= 12 ? 12 : room >= 7 ? 7 : room >= 3 ? 3 : room;
    EXPECT_EQ(points_of(part), expected) << room;
    EXPECT_EQ(part.left_out, 12 - expected) << room;
  }
  EXPECT_EQ(fitted({}, [](const NoticePage&) { return false; }).left_out, 0U);
}

TEST(NoticePage, SaysWhatIsLeftOutAndWhereTheWholeIs) {
  EXPECT_EQ(left_out_line({}), "");
  EXPECT_EQ(left_out_line({.sections = {}, .left_out = 1, .url = ""}),
            "1 line of the page had no room here.");
  EXPECT_EQ(left_out_line({.sections = {}, .left_out = 2, .url = "https://x/"}),
            "2 lines of the page had no room here. The whole page: https://x/");
}

TEST(NoticePage, IsAJsonMemberOfDigestsAlone) {
  Notice notice = digest_of(page_of({1}));
  notice.page->sections[0].points[0] = {"told", triage::Verdict::Uncertain, {"e-1", "e-2"}};
  notice.page->left_out = 3;
  notice.page->url = "https://x/";
  const auto read = notice_from_json(to_json(notice));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(to_json(*read), to_json(notice));
  EXPECT_EQ(read->page->sections[0].points[0].event_ids.size(), 2U);
  EXPECT_EQ(to_json(sample_notice()).find("\"page\""), std::string::npos);
  EXPECT_FALSE(
      notice_from_json(R"({"schema":1,"kind":"digest","verdict":"safe","page":{"sections":[1]}})"));
}

TEST(NoticePage, GoesWhereARouteLetsItsVerdict) {
  const Notice notice = digest_of(page_of({1}));
  EXPECT_TRUE(is_for({{.least = triage::Verdict::Dangerous}}, notice));
  Notice quiet = notice;
  quiet.verdict = triage::Verdict::Safe;
  EXPECT_FALSE(is_for({{.least = triage::Verdict::Uncertain}}, quiet));
  EXPECT_TRUE(is_for({{.least = triage::Verdict::Safe}}, quiet));
  const std::vector<Route> all = {{.least = triage::Verdict::Safe}};
  EXPECT_TRUE(LinesSink("jsonl", keyed_json, "-", all).wants(notice));
  EXPECT_FALSE(LinesSink("ocsf", keyed_json, "-", all).wants(notice));
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = first_code_point(text).bytes;
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string view_of(const bj::value& value) {
  return {value.get_string().data(), value.get_string().size()};
}

// What SNS demands of Publish: API Reference, "Publish", and the quotas of SNS.
void expect_sns_takes(const bj::object& input) {
  const std::string subject = view_of(input.at("Subject"));
  EXPECT_LE(subject.size(), 100U);
  for (const char c : subject) EXPECT_TRUE(c >= ' ' && c <= '~') << subject;
  const std::string message = view_of(input.at("Message"));
  EXPECT_LE(message.size(), kSnsMessageMax);
  EXPECT_TRUE(is_utf8(message));
  const bj::object bodies = bj::parse(message).get_object();
  for (const char* protocol : {"default", "email", "sms"}) {
    EXPECT_TRUE(is_utf8(view_of(bodies.at(protocol)))) << protocol;
    EXPECT_FALSE(view_of(bodies.at(protocol)).empty());
  }
}

TEST(NoticePage, FillsAnSnsMessageToItsBorder) {
  const auto message_of = [](std::size_t bytes) {
    Notice notice = digest_of(page_of({1, 1}));
    notice.page->sections[1].points[0].text = std::string(bytes, 'x');
    return view_of(
        sns_message({.notice = notice, .key = "k", .thread = ""}, "topic").at("Message"));
  };
  // The text is in it twice: for people and for machines.
  const std::size_t around = message_of(0).size();
  const std::size_t most = (kSnsMessageMax - around) / 2;
  EXPECT_EQ(message_of(most).size(), around + 2 * most);
  EXPECT_EQ(message_of(most).find("no room here"), std::string::npos);
  const std::string cut = message_of(most + 1);
  EXPECT_LT(cut.size(), 4'000U);
  EXPECT_NE(cut.find("1 line of the page had no room here."), std::string::npos);
}

// Any page: bytes that are no text, markup, very long ones.
class AnyPage {
 public:
  explicit AnyPage(unsigned seed) : random_(seed) {}

  Notice notice() {
    Notice notice = digest_of({});
    notice.title = text(200);
    notice.narrative = text(300);
    notice.footer = text(100);
    notice.verdict = static_cast<triage::Verdict>(below(3));
    if (below(2) == 0) notice.page->url = "https://s3.example/" + std::string(below(2000), 'k');
    const std::size_t sections = below(30);
    const std::size_t longest = below(8) == 0 ? 20'000 : 300;
    for (std::size_t i = 0; i < sections; ++i) notice.page->sections.push_back(section(longest));
    return notice;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string text(std::size_t longest) {
    static constexpr std::string_view kPieces[] = {"a",
                                                   "word ",
                                                   "<!channel>",
                                                   "@here",
                                                   "\n",
                                                   "\r\n.\r\n",
                                                   "\xff",
                                                   "\xed\xa0\x80",
                                                   "🔴",
                                                   "é",
                                                   "\u202e",
                                                   "&",
                                                   "\"",
                                                   "\\",
                                                   "\x1b[31m",
                                                   "`",
                                                   "*",
                                                   "\0x",
                                                   "https://evil.example/ ",
                                                   "|",
                                                   ">"};
    std::string out;
    for (std::size_t length = below(longest + 1); out.size() < length;) {
      out += kPieces[below(std::size(kPieces))];
    }
    return out;
  }
  PageSection section(std::size_t longest) {
    PageSection section{text(200), {}};
    for (std::size_t i = below(20); i > 0; --i) {
      section.points.push_back({text(longest), static_cast<triage::Verdict>(below(3)),
                                std::vector<std::string>(below(3), text(40))});
    }
    return section;
  }
  std::mt19937 random_;
};

// Slack: docs.slack.dev, "Block Kit". tests/sink holds more of it against Slack's own models.
void expect_slack_takes(const bj::object& message) {
  const bj::array& blocks = message.at("blocks").get_array();
  EXPECT_LE(blocks.size(), 50U);
  for (const bj::value& block : blocks) {
    const bj::object& object = block.get_object();
    const std::string type = view_of(object.at("type"));
    const bj::object& held = type == "context"
                                 ? object.at("elements").get_array().at(0).get_object()
                                 : object.at("text").get_object();
    const std::string text = view_of(held.at("text"));
    EXPECT_TRUE(is_utf8(text));
    EXPECT_FALSE(text.empty());
    EXPECT_LE(slack_units(text), type == "header" ? 150U : 3000U);
    EXPECT_EQ(text.find("<!"), std::string::npos);
  }
  EXPECT_LE(slack_units(bj::serialize(blocks)), 12'500U);
  EXPECT_LE(slack_units(view_of(message.at("text"))), 4000U);
}

TEST(NoticePage, AnyPageIsWithinTheLimitsOfEverySink) {
  for (unsigned seed = 0; seed < 25; ++seed) {
    SCOPED_TRACE(seed);
    const Notice notice = AnyPage(seed).notice();
    const Dispatch dispatch{.notice = notice, .key = "k", .thread = ""};
    expect_sns_takes(sns_message(dispatch, "arn:aws:sns:eu-central-1:111122223333:t"));
    expect_slack_takes(slack_message(notice, {}));
    const bj::object plain = slack_plain_message(notice, {});
    EXPECT_LE(slack_units(view_of(plain.at("text"))), 4000U);
    EXPECT_TRUE(is_utf8(view_of(plain.at("text"))));
    EXPECT_TRUE(is_utf8(page_text(notice)));
    EXPECT_TRUE(notice_from_json(to_json(notice)));
  }
}

TEST(ConsoleUrl, OfAnObject) {
  EXPECT_EQ(object_console_url("my-digests", "weekly/a b.html", "eu-central-1"),
            "https://eu-central-1.console.aws.amazon.com/s3/object/my-digests"
            "?region=eu-central-1&prefix=weekly/a%20b.html");
  EXPECT_EQ(object_console_url("b", "k", "us-gov-west-1"),
            "https://us-gov-west-1.console.amazonaws-us-gov.com/s3/object/b"
            "?region=us-gov-west-1&prefix=k");
  EXPECT_EQ(object_console_url("b", "k", "us-iso-east-1"), "");
  EXPECT_EQ(object_console_url("b", "k", "nowhere/.."), "");
}

}  // namespace
}  // namespace trailwarden::sink
