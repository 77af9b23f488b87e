// RecordShape::any_object(): objects are handed on as they stand, whatever they are.
#include <gtest/gtest.h>

#include "reading.h"

namespace trailwarden::cloudtrail {
namespace {

using Texts = std::vector<std::string>;
using K = ProblemKind;

struct Case {
  std::string why;
  std::string text;
  Texts objects;
  std::vector<ProblemKind> problems;
};

std::vector<Case> cases() {
  const std::string log = R"({"Records":[)" + record("A") + "," + record("B") + "]}";
  const std::string sns = R"({"Type":"Notification","Message":)" + json_string(record("A")) + "}";
  const std::string event = R"({"detail-type":"x","source":"y","detail":)" + record("A") + "}";
  return {
      {"a log file is one object", log, {log}, {}},
      {"lines", "{\"a\":1}\n" + log + "\n{}\n", {"{\"a\":1}", log, "{}"}, {}},
      {"objects in a row, not in lines",
       "{ \"a\" : 1 }" + log + sns,
       {"{ \"a\" : 1 }", log, sns},
       {}},
      {"elements of a list", "[" + log + "," + event + ",{}]", {log, event, "{}"}, {}},
      {"a wrapper is not unwrapped", sns, {sns}, {}},
      {"an Insights record is an object",
       R"({"eventCategory":"Insight"})",
       {R"({"eventCategory":"Insight"})"},
       {}},
      {"a list behind other members",
       R"({"a":1,"Records":[{"b":2}]})",
       {R"({"a":1,"Records":[{"b":2}]})"},
       {}},
      {"texts and numbers are no objects",
       "[" + json_string(record("A")) + ",1,{}]",
       {"{}"},
       {K::NotARecord, K::NotARecord}},
      {"a cut list", R"([{"a":1},{"Records":[{"a":2})", {"{\"a\":1}"}, {K::Damaged}},
      {"damage ends where a line begins with an object",
       "{\"a\":1}\n{\"b\":[{\"c\":1}],%}\n{\"d\":1}\n",
       {"{\"a\":1}", "{\"d\":1}"},
       {K::Damaged}},
      {"the same where there are no lines",
       "[{\"a\":1},\n{\"b\" [{\"c\":1}]},\n{\"d\":1}]",
       {"{\"a\":1}", "{\"d\":1}"},
       {K::Damaged}},
  };
}

TEST(AnyObject, Table) {
  for (const Case& test : cases()) {
    for (const std::size_t window : {kWindowBytes, std::size_t{16}, std::size_t{100}}) {
      Reading reading({.window_bytes = window}, Reading::Take::AnyObjects);
      const Kept kept = reading.bytes(test.text);
      EXPECT_EQ(kept.records, test.objects) << test.why << " " << window << "\n" << kept.told();
      std::vector<ProblemKind> problems;
      for (const Problem& problem : kept.problems) problems.push_back(problem.kind);
      EXPECT_EQ(problems, test.problems) << test.why << " " << window << "\n" << kept.told();
    }
  }
}

// What is too large is not taken apart for what is in it.
TEST(AnyObject, LargeOnesAreOneOrNone) {
  const std::string filling = record("A") + ",";
  std::string fits = R"({"Records":[)";
  while (fits.size() < kRecordBytesMax / 2) fits += filling;
  fits.back() = ']';
  fits += "}";
  std::string too_large = R"({"Records":[)";
  while (too_large.size() < 2 * kRecordBytesMax) too_large += filling;
  too_large.back() = ']';
  too_large += "}";
  Reading reading({}, Reading::Take::AnyObjects);
  const Kept kept = reading.bytes(fits + too_large + "\n" + "{\"a\":1}");
  EXPECT_EQ(kept.records, (Texts{fits, "{\"a\":1}"})) << kept.told();
  EXPECT_EQ(kept.of(K::TooLarge), 1U) << kept.told();
  EXPECT_EQ(kept.skipped(), 1U) << kept.told();
}

}  // namespace
}  // namespace trailwarden::cloudtrail
