// However a text is cut into windows and slices, the same records come out of it.
#include <gtest/gtest.h>

#include <random>

#include "../folder.h"
#include "reading.h"

namespace trailwarden::cloudtrail {
namespace {

// What must not depend on windows and slices.
struct Outcome {
  std::vector<std::string> records;
  std::vector<std::uint64_t> offsets;
  std::vector<std::string> problems;
  bool operator==(const Outcome&) const = default;
};

Outcome outcome(const Kept& kept) {
  Outcome result{kept.records, kept.offsets, {}};
  for (const Problem& problem : kept.problems) result.problems.push_back(to_string(problem));
  return result;
}

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t bound) { return random() % bound; }

// Records of uneven lengths, some with text outside ASCII.
std::string any_record(Random& random) {
  std::string one = record("E" + std::to_string(below(random, 100)));
  std::string filling;
  for (std::size_t left = below(random, 4) * below(random, 200); left > 0; --left) {
    filling += below(random, 3) == 0 ? "\xE2\x82\xAC" : "x";
  }
  one.pop_back();
  return one + R"(,"additionalEventData":{"f":")" + filling + "\"}}";
}

// Strikes bytes, with a bias to those that matter.
void damage(std::string& text, Random& random) {
  for (std::size_t strokes = below(random, 4); strokes > 0 && !text.empty(); --strokes) {
    const std::size_t at = below(random, text.size());
    constexpr std::string_view kBytes = "\"{}[],:\\\n x\xE2";
    switch (below(random, 3)) {
      case 0:
        text[at] = kBytes[below(random, kBytes.size())];
        break;
      case 1:
        text.erase(at, 1 + below(random, 40));
        break;
      default:
        text.insert(at, 1, kBytes[below(random, kBytes.size())]);
    }
  }
}

// Names of lists, which stand for lists only where no record is around them.
void rename_some(std::string& text, Random& random) {
  constexpr std::string_view kFrom[] = {"requestParameters", "responseElements", "list"};
  constexpr std::string_view kTo[] = {"Records", "Events", "Messages"};
  for (std::size_t left = below(random, 4); left > 0; --left) {
    const std::string_view from = kFrom[below(random, std::size(kFrom))];
    const std::size_t at = text.find(from, below(random, text.size()));
    if (at == std::string::npos) continue;
    text.replace(at, from.size(), kTo[below(random, std::size(kTo))]);
    const std::size_t value = text.find("null", at);
    if (value < at + 12) text.replace(value, 4, "[" + record("Inside") + "]");
  }
}

std::string any_text(Random& random) {
  constexpr std::string_view kBeginnings[] = {"[", R"({"Records":[)",
                                              R"({"NextToken":"t","Events":[)",
                                              R"({"owner":"1","logEvents":[],"Records":[)"};
  const bool lines = below(random, 2) == 0;
  std::string text(lines ? "" : kBeginnings[below(random, std::size(kBeginnings))]);
  const bool object = text.starts_with('{');
  for (std::size_t left = 1 + below(random, 12); left > 0; --left) {
    text += any_record(random);
    text += lines ? (below(random, 5) == 0 ? "\r\n\n" : "\n") : left > 1 ? "," : "]";
  }
  if (object) text += "}";
  if (below(random, 3) == 0) rename_some(text, random);
  if (below(random, 2) == 0) damage(text, random);
  return text;
}

struct Case {
  std::string why;
  std::string text;
  std::vector<std::string> names;
  std::vector<ProblemKind> problems;
};

// Objects with a list in them, which a small window cuts before it shows what they are.
std::vector<Case> objects_with_lists() {
  const std::string a = record("A");
  const std::string b = record("B");
  const std::string listed = R"("Events":[)" + a + "]";
  const std::string begun = b.substr(0, b.size() - 1) + ",";
  using K = ProblemKind;
  return {
      {"a record", "[" + begun + listed + "}]", {"B"}, {}},
      {"two lists", R"({"n":1,)" + listed + R"(,"Records":[)" + b + "]}", {"A", "B"}, {}},
      {"a control message",
       R"({"owner":"1",)" + listed + R"(,"messageType":"CONTROL_MESSAGE"})",
       {},
       {K::Control}},
      {"damage in front of the list",
       R"([{"n" 1,)" + listed + "}," + b + "]",
       {"A", "B"},
       {K::Damaged}},
      {"damage behind the list",
       R"([{"n":1,)" + listed + R"(,"m" 1,"Records":[)" + b + "]}]",
       {"A", "B"},
       {K::Damaged}},
      {"a list that is cut off",
       R"({"n":1,)" + listed.substr(0, listed.size() - 1) + ",",
       {"A"},
       {K::CutOff}},
      {"a damaged record", "[" + begun + listed + ",}," + b + "]", {"A", "B"}, {K::Damaged}},
  };
}

TEST(Windows, ObjectsWithLists) {
  for (const Case& test : objects_with_lists()) {
    for (const std::size_t bytes : {kWindowBytes, std::size_t{16}, std::size_t{300}}) {
      Reading reading({.window_bytes = bytes});
      const Kept kept = reading.bytes(test.text);
      EXPECT_EQ(kept.names, test.names) << test.why << ", " << bytes << "\n" << kept.told();
      std::vector<ProblemKind> problems;
      for (const Problem& problem : kept.problems) problems.push_back(problem.kind);
      EXPECT_EQ(problems, test.problems) << test.why << ", " << bytes << "\n" << kept.told();
    }
  }
}

TEST(Windows, ALineIsJudgedByItself) {
  const std::string blank(40, '\n');
  for (const char* broken : {R"({"eventVersion":[x)", R"({"eventVersion":x)", R"({"eventVersion")",
                             R"({"eventVersion":[})", R"({"eventVersion":"\q")",
                             R"({"eventName":{"a":1])", R"({"eventVersion" 1,)"}) {
    std::string text;
    for (const std::string& line : {record("A"), record("B"), std::string(broken), record("C")}) {
      text += line + blank;
    }
    Reading usual;
    Reading small({.window_bytes = 16});
    const Kept expected = usual.bytes(text);
    EXPECT_EQ(expected.skipped(), 1U) << broken;
    EXPECT_EQ(outcome(small.bytes(text)), outcome(expected)) << broken << "\n" << expected.told();
  }
}

// More than any window holds: what stands in front of the limit decides.
TEST(Windows, AListBehindOtherMembersHasAnySize) {
  std::string text = R"({"n":1,"Events":[)";
  std::size_t count = 0;
  for (; text.size() < kRecordBytesMax + kMebibyte; ++count) text += record("A") + ",";
  text.back() = ']';
  Reading reading;
  const Kept kept = reading.bytes(text + R"(,"Records":[)" + record("B") + "]}");
  EXPECT_EQ(kept.names.size(), count + 1);
  EXPECT_EQ(kept.names.back(), "B");
  EXPECT_TRUE(kept.problems.empty()) << kept.told();
}

TEST(Windows, AnySizeGivesTheSame) {
  Reading usual;
  std::vector<Reading> others;
  for (const std::size_t bytes : {16U, 100U, 777U, 2000U}) {
    others.emplace_back(ReaderOptions{.window_bytes = bytes});
  }
  for (unsigned seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    const std::string text = any_text(random);
    const Kept expected = usual.bytes(text);
    for (Reading& other : others) {
      const Kept kept = other.bytes(text);
      ASSERT_EQ(outcome(kept), outcome(expected)) << "seed " << seed << "\n"
                                                  << kept.told() << "instead of\n"
                                                  << expected.told() << text;
    }
  }
}

TEST(Windows, AnySlicesGiveTheSame) {
  const Folder folder;
  Reading reading;
  std::size_t sliced = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    Random random(seed);
    std::string text;
    for (std::size_t left = 2 + below(random, 10); left > 0; --left) {
      text += any_record(random) + (below(random, 6) == 0 ? "\r\n  \n" : "\n");
    }
    if (below(random, 2) == 0) damage(text, random);
    const std::string path = folder.write("lines.json", text);
    const Outcome expected = outcome(reading.slices({{.path = path}}));
    for (const std::uint64_t slice_bytes : {50U, 333U, 1000U}) {
      const std::vector<std::string> inputs = {path};
      const Result<Plan> planned = plan(inputs, slice_bytes);
      ASSERT_TRUE(planned.has_value());
      sliced += planned->slices.size() > 1 ? 1 : 0;
      ASSERT_EQ(outcome(reading.slices(planned->slices)), expected)
          << "seed " << seed << ", slices of " << slice_bytes << "\n"
          << text;
    }
  }
  EXPECT_GT(sliced, 400U);
}

TEST(Windows, LargeStreamsOfGzipAreTheSameAsPlain) {
  Reading reading;
  Random random(7);
  std::string text = R"({"Records":[)";
  while (text.size() < kOneShotInflatedMax + (1U << 20)) text += any_record(random) + ",";
  text += record("Last") + "]}";
  const Kept plain = reading.bytes(text);
  EXPECT_TRUE(plain.problems.empty()) << plain.told();
  EXPECT_EQ(plain.names.back(), "Last");
  EXPECT_EQ(outcome(reading.bytes(gzip(text))), outcome(plain));
}

TEST(Windows, ProgressCountsBytes) {
  Reading reading;
  const std::string text = record("A") + "\n" + record("B") + "\n";
  const std::string bytes = gzip(text);
  reading.bytes(bytes);
  EXPECT_EQ(reading.progress().bytes_read.load(), bytes.size());
  EXPECT_EQ(reading.progress().bytes_inflated.load(), text.size());
}

}  // namespace
}  // namespace trailwarden::cloudtrail
