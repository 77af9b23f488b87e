// Every case of ../shared/data/patterns, whose answers are those of aws/event-ruler: exact texts of
// pattern and event in, the same answer out.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <string>

#include "pattern_fixture.h"

namespace trailwarden::pattern {
namespace {

const char* kCases = TW_SOURCE_DIR "/../shared/data/patterns/cases.jsonl";

Answer expected(const boost::json::value& expect) {
  if (expect.is_string()) return Answer::Invalid;
  return expect.as_bool() ? Answer::Match : Answer::NoMatch;
}

TEST(PatternConformance, AgreesWithEventRuler) {
  std::ifstream cases(kCases);
  if (!cases) GTEST_SKIP() << "no conformance cases beside the project";
  int count = 0;
  for (std::string line; std::getline(cases, line); ++count) {
    const boost::json::object it = boost::json::parse(line).as_object();
    const std::string pattern(it.at("pattern_text").as_string());
    const auto& event_text = it.at("event_text");
    const std::string event =
        event_text.is_string() ? std::string(event_text.as_string()) : std::string("{}");
    EXPECT_EQ(static_cast<int>(ask(pattern, event)), static_cast<int>(expected(it.at("expect"))))
        << it.at("id") << "\n"
        << pattern << "\n"
        << event;
  }
  EXPECT_GT(count, 1'300);
}

}  // namespace
}  // namespace trailwarden::pattern
