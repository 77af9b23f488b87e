#include "digest/summary.h"

namespace trailwarden::digest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Summary read(const std::string& text, const std::set<std::size_t>& known = {0, 1, 2, 3, 4}) {
  model::Reply reply;
  reply.text = text;
  return read_summary(reply, known, {});
}

TEST(Summary, IsReadWhereverItStands) {
  const std::string json =
      R"({"matters":[{"text":"Eve made keys.","events":["e1","e3-e4"]}],"actors":[],)"
      R"("routine":[{"text":"Backups.","events":[]}],"todo":["Ask Eve."]})";
  for (const std::string& text :
       {json, "```json\n" + json + "\n```", "Here it is: " + json + "\nBye."}) {
    const Summary summary = read(text);
    EXPECT_EQ(summary.unread_because, "") << text;
    ASSERT_EQ(summary.of(Topic::Matters).size(), 1) << text;
    EXPECT_EQ(summary.of(Topic::Matters)[0].text, "Eve made keys.");
    EXPECT_THAT(summary.of(Topic::Matters)[0].events, ElementsAre(0, 2, 3));
    EXPECT_THAT(summary.of(Topic::Actors), IsEmpty());
    EXPECT_EQ(summary.of(Topic::Todo)[0].text, "Ask Eve.");
  }
}

TEST(Summary, CitationsOfWhatWasNotShownGoAndAreCounted) {
  const Summary summary =
      read(R"({"matters":[{"text":"A.","events":["e1","e9","e1","5f2c","e0",7,"e4-e6","e3-"]}]})");
  EXPECT_THAT(summary.of(Topic::Matters)[0].events, ElementsAre(0, 3, 4));
  EXPECT_EQ(summary.unknown_citations, 6);
}

TEST(Summary, ARangeWithoutEndIsBounded) {
  const Summary summary = read(R"({"matters":[{"text":"A.","events":["e1-e999999999999"]}]})");
  EXPECT_LE(summary.of(Topic::Matters)[0].events.size(), 12);
  EXPECT_LE(summary.unknown_citations, 12);
}

TEST(Summary, WhatCannotBeReadIsNone) {
  for (const char* text : {"", "I cannot help with that.", "{", "{}", "[]", "{\"matters\":3}",
                           R"({"matters":[{"text":"cut of)"}) {
    const Summary summary = read(text);
    EXPECT_NE(summary.unread_because, "") << text;
    EXPECT_THAT(summary.of(Topic::Matters), IsEmpty()) << text;
  }
  model::Reply refused;
  refused.stop = model::StopReason::Refused;
  refused.text = R"({"matters":[]})";
  EXPECT_THAT(read_summary(refused, {}, {}).unread_because, HasSubstr("refused"));
}

TEST(Summary, TextsAreCleaned) {
  const Summary summary = read(
      R"({"matters":[{"text":"See <!channel> https://evil.example/x [here](http://e.example)\u001b[31m\nnow","events":[]},)"
      R"({"text":"  ","events":["e1"]}]})");
  ASSERT_EQ(summary.of(Topic::Matters).size(), 1);
  const std::string& text = summary.of(Topic::Matters)[0].text;
  EXPECT_THAT(text, Not(HasSubstr("https:")));
  EXPECT_THAT(text, Not(HasSubstr("<!")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
}

TEST(Summary, IsBoundedWhateverTheModelWrites) {
  std::string json = R"({"matters":[)";
  for (int i = 0; i < 100; ++i)
    json += R"({"text":")" + std::string(600, 'x') + R"(","events":[]},)";
  json.back() = ']';
  const Summary summary = read(json + "}");
  EXPECT_LE(summary.of(Topic::Matters).size(), 8);
  EXPECT_LE(to_json(summary).size(), 4000);
}

TEST(Summary, ReadsWhatItWrites) {
  const Summary summary =
      read(R"({"matters":[{"text":"A \"b\".","events":["e2","e5"]}],"todo":["C"]})");
  const Summary again = read(to_json(summary));
  EXPECT_EQ(to_json(again), to_json(summary));
  EXPECT_THAT(again.of(Topic::Matters)[0].events, ElementsAre(1, 4));
}

}  // namespace
}  // namespace trailwarden::digest
