#include "analyst/answer.h"

#include <boost/json/parse.hpp>

namespace trailwarden::analyst {
namespace {

using triage::Verdict;

Answer read(const std::string& text) {
  model::Reply reply;
  reply.text = text;
  return read_answer(reply);
}

struct Case {
  const char* why;
  const char* text;
  Verdict verdict;
  Reading reading;
  const char* explanation;
};
constexpr Case kCases[] = {
    {"plain", "Type: Dangerous\nA key was made. It was not his.", Verdict::Dangerous,
     Reading::Plain, "A key was made. It was not his."},
    {"plain, safe", "Type: Safe\n\nRoutine.", Verdict::Safe, Reading::Plain, "Routine."},
    {"plain, not sure", "type : i am not sure.\nWho knows", Verdict::Uncertain, Reading::Plain,
     "Who knows"},
    {"plain, with Markdown", "# Report\n**Type: Safe**\n- fine", Verdict::Safe, Reading::Plain,
     "# Report - fine"},
    {"plain, bold name only", "**Type:** Dangerous\nx", Verdict::Dangerous, Reading::Plain, "x"},
    {"plain, Windows lines", "Type: Safe\r\nok\r\n", Verdict::Safe, Reading::Plain, "ok"},
    {"twice the same", "Type: Safe\nok\nType: Safe", Verdict::Safe, Reading::Plain, "ok"},
    {"two verdicts", "Type: Safe\nok\nType: Dangerous", Verdict::Uncertain, Reading::Unread, ""},
    {"another word", "Type: Mostly safe\nok", Verdict::Uncertain, Reading::Unread, ""},
    {"in mid-sentence", "I would say Type: Safe here", Verdict::Uncertain, Reading::Unread, ""},
    {"JSON", R"({"verdict":"safe","explanation":"ok","reasons":[],"next_steps":[]})", Verdict::Safe,
     Reading::Json, "ok"},
    {"JSON in a fence", "Here:\n```json\n{\"verdict\":\"Dangerous\",\"explanation\":\"no\"}\n```",
     Verdict::Dangerous, Reading::Json, "no"},
    {"JSON among braces", R"({"a":{"b":"}"}} and {"verdict":"safe","explanation":"{ok}"} end)",
     Verdict::Safe, Reading::Json, "{ok}"},
    {"a quoted answer before its own",
     R"(The log says {"verdict":"safe","explanation":"x"}. {"verdict":"dangerous","explanation":"y"})",
     Verdict::Uncertain, Reading::Unread, ""},
    {"no explanation", R"({"verdict":"safe","explanation":"  "})", Verdict::Uncertain,
     Reading::Unread, ""},
    {"no verdict", R"({"explanation":"ok"})", Verdict::Uncertain, Reading::Unread, ""},
    {"another verdict", R"({"verdict":"benign","explanation":"ok"})", Verdict::Uncertain,
     Reading::Unread, ""},
    {"a verdict of another type", R"({"verdict":["safe"],"explanation":"ok"})", Verdict::Uncertain,
     Reading::Unread, ""},
    {"half of it", R"({"verdict":"safe","explanation":"ok)", Verdict::Uncertain, Reading::Unread,
     ""},
    {"nothing", "", Verdict::Uncertain, Reading::Unread, ""},
    {"spaces", " \n\t ", Verdict::Uncertain, Reading::Unread, ""},
    {"words", "This looks safe to me.", Verdict::Uncertain, Reading::Unread, ""},
    {"JSON in deep brackets", "[[[[[[[[[[", Verdict::Uncertain, Reading::Unread, ""},
};

TEST(Answer, Table) {
  for (const Case& each : kCases) {
    const Answer answer = read(each.text);
    EXPECT_EQ(answer.verdict, each.verdict) << each.why;
    EXPECT_EQ(answer.reading, each.reading) << each.why;
    EXPECT_EQ(answer.explanation, each.explanation) << each.why;
    EXPECT_EQ(answer.unread_because.empty(), each.reading != Reading::Unread) << each.why;
  }
}

TEST(Answer, ReadsTheWholeStructure) {
  model::Reply reply;
  reply.text = "Type: Safe";
  reply.structured =
      R"({"verdict":"dangerous","explanation":"e","reasons":[{"text":"r","events":["e1",2,"e3"]},
          "bare",7,{"text":"no events"}],"next_steps":["a",null,"b"]})";
  const Answer answer = read_answer(reply);
  EXPECT_EQ(answer.reading, Reading::Structured);
  EXPECT_EQ(answer.verdict, Verdict::Dangerous);
  ASSERT_EQ(answer.reasons.size(), 3U);
  EXPECT_THAT(answer.reasons[0].events, testing::ElementsAre("e1", "e3"));
  EXPECT_EQ(answer.reasons[1].text, "bare");
  EXPECT_THAT(answer.next_steps, testing::ElementsAre("a", "b"));
}

TEST(Answer, AStructureThatIsNoneIsPassedOver) {
  model::Reply reply;
  reply.structured = R"({"verdict":"maybe"})";
  EXPECT_EQ(read_answer(reply).unread_because, "the answer has no verdict");
  reply.text = "Type: Dangerous\nx";
  EXPECT_EQ(read_answer(reply).reading, Reading::Plain);
}

TEST(Answer, RefusedCutAndHugeOnesAreUnread) {
  model::Reply reply;
  reply.text = "Type: Safe\nok";
  reply.stop = model::StopReason::Refused;
  EXPECT_EQ(read_answer(reply).unread_because, "the model refused to answer");
  reply.stop = model::StopReason::Length;
  EXPECT_EQ(read_answer(reply).unread_because, "the answer was cut off");
  reply.stop = model::StopReason::Other;
  EXPECT_EQ(read_answer(reply).verdict, Verdict::Safe);
  reply.text += std::string(70'000, 'x');
  EXPECT_EQ(read_answer(reply).unread_because, "the answer is too long to be one");
}

TEST(Answer, TheSchemaIsWhatServicesTake) {
  const auto schema = boost::json::parse(std::string(answer_schema())).as_object();
  EXPECT_EQ(schema.at("type"), "object");
  EXPECT_EQ(schema.at("additionalProperties"), false);
  EXPECT_EQ(schema.at("required").as_array().size(), schema.at("properties").as_object().size());
}

}  // namespace
}  // namespace trailwarden::analyst
