#include "analyst/opinion.h"

namespace trailwarden::analyst {
namespace {

using triage::Verdict;

constexpr Verdict kVerdicts[] = {Verdict::Safe, Verdict::Uncertain, Verdict::Dangerous};
constexpr Reading kReadings[] = {Reading::Structured, Reading::Json, Reading::Plain,
                                 Reading::Unread};

// The whole small world: every verdict, opinion, reading, number of wrong citations and suspicion.
TEST(Ratchet, Exhaustive) {
  for (const Verdict local : kVerdicts) {
    for (const Verdict said : kVerdicts) {
      for (const Reading reading : kReadings) {
        for (const std::uint64_t unknown : {0U, 1U}) {
          for (const Injection injection : {Injection::None, Injection::Suspected}) {
            Opinion opinion;
            opinion.verdict = said;
            opinion.reading = reading;
            opinion.unknown_citations = unknown;
            const Verdict end = settle(local, opinion, injection);
            if (local != Verdict::Uncertain) {
              EXPECT_EQ(end, local) << "only doubts are settled";
            } else if (reading == Reading::Unread) {
              EXPECT_EQ(end, local) << "what was not read counts for nothing";
            } else if (said == Verdict::Safe &&
                       (unknown != 0 || injection == Injection::Suspected)) {
              EXPECT_EQ(end, local) << "who is not to be trusted does not lower";
            } else {
              EXPECT_EQ(end, said);
            }
          }
        }
      }
    }
  }
}

TEST(Opinion, LastsAsJson) {
  Opinion opinion;
  opinion.verdict = Verdict::Dangerous;
  opinion.explanation = "Two \"quoted\" words. And ö.";
  opinion.reasons = {{"because", {"id-1", "id-2"}}, {"also", {}}};
  opinion.next_steps = {"a", "b"};
  opinion.unknown_citations = 3;
  opinion.reading = Reading::Json;
  opinion.reused = true;
  opinion.service = "Bedrock";
  opinion.model = "m";
  opinion.prompt_hash = "0123456789abcdef";
  opinion.request_id = "r";
  opinion.usage = {1, 2, 3, 4};
  opinion.cost = model::Usd{42};
  const std::string text = to_json(opinion);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto again = opinion_from_json(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, opinion);
  Opinion nothing;
  nothing.unread_because = "the answer is empty";
  EXPECT_EQ(*opinion_from_json(to_json(nothing)), nothing);
  for (const char* bad : {"", "[]", "{}", R"({"schema":2})", R"({"schema":1,"verdict":"safe"})",
                          R"({"schema":1,"verdict":"?","reading":"json"})"}) {
    EXPECT_FALSE(opinion_from_json(bad)) << bad;
  }
}

}  // namespace
}  // namespace trailwarden::analyst
