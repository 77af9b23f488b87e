// What is damaged is reported and skipped; all around it is read.
#include <gtest/gtest.h>

#include "reading.h"

namespace trailwarden::cloudtrail {
namespace {

using Names = std::vector<std::string>;

std::string log_file(const std::vector<std::string>& records) {
  std::string out = R"({"Records":[)";
  for (const std::string& one : records) out += (out.back() == '[' ? "" : ",") + one;
  return out + "]}";
}

std::string lines(const std::vector<std::string>& records) {
  std::string out;
  for (const std::string& one : records) out += one + "\n";
  return out;
}

// `text` without what stands between `from` and `to` bytes.
std::string without(std::string text, std::size_t from, std::size_t to) {
  return text.erase(from, to - from);
}

TEST(Damage, TextCutAtEveryByte) {
  const std::vector<std::string> records = {record("A"), record("B"), record("C")};
  Reading reading;
  for (const std::string& text : {log_file(records), lines(records), "[" + records[0] + "]"}) {
    for (std::size_t size = 0; size < text.size(); ++size) {
      const std::string cut = text.substr(0, size);
      Names whole;
      for (const std::string& one : records) {
        const std::size_t at = cut.find(one);
        if (at != std::string::npos) whole.push_back(one);
      }
      const Kept kept = reading.bytes(cut);
      EXPECT_EQ(kept.records, whole) << size << "\n" << kept.told();
      EXPECT_LE(kept.skipped(), 1U) << size << "\n" << kept.told();
    }
  }
}

TEST(Damage, GzipCutAtEveryByte) {
  const std::string first = lines({record("A"), record("B")});
  const std::string file = gzip(first) + gzip(lines({record("C"), record("D")}));
  Reading reading;
  const std::size_t first_size = gzip(first).size();
  for (std::size_t size = 2; size < file.size(); ++size) {
    const Kept kept = reading.bytes(file.substr(0, size));
    EXPECT_LE(kept.skipped(), 1U) << size << "\n" << kept.told();
    EXPECT_EQ(kept.of(ProblemKind::BadGzip), size == first_size ? 0U : 1U) << size;
    EXPECT_GE(kept.records.size(), size >= first_size ? 2U : 0U) << size;
    for (std::size_t number = 0; number < kept.names.size(); ++number) {
      EXPECT_EQ(kept.names[number], std::string(1, static_cast<char>('A' + number)));
    }
  }
}

TEST(Damage, MembersBehindADamagedOneAreRead) {
  const std::string bad = gzip(lines({record("A"), record("B")}));
  const std::string good = gzip(lines({record("C"), record("D")}));
  Reading reading;
  // Cut off in the middle: zlib takes the next member's header for data.
  const Kept cut = reading.bytes(bad.substr(0, bad.size() / 2) + good);
  EXPECT_THAT(cut.names, testing::IsSupersetOf({"C", "D"})) << cut.told();
  EXPECT_EQ(cut.of(ProblemKind::BadGzip), 1U);
  std::string wrong_sum = bad;
  wrong_sum[bad.size() - 6] = static_cast<char>(wrong_sum[bad.size() - 6] ^ 1);
  const Kept altered = reading.bytes(wrong_sum + good);
  EXPECT_EQ(altered.names, (Names{"A", "B", "C", "D"})) << altered.told();
  EXPECT_EQ(altered.of(ProblemKind::BadGzip), 1U);
}

TEST(Damage, BytesBehindGzipAreReported) {
  Reading reading;
  const std::string member = gzip(lines({record("A")}));
  const Kept kept = reading.bytes(member + "rubbish behind the end of the member");
  EXPECT_EQ(kept.names, Names{"A"});
  ASSERT_EQ(kept.of(ProblemKind::BadGzip), 1U);
  EXPECT_EQ(kept.problems[0].offset, member.size());
}

TEST(Damage, BombsAreStopped) {
  Reading reading;
  std::string bomb = R"({"Records":[)" + record("A") + ",";
  bomb.append(70U << 20, ' ');
  const Kept kept = reading.bytes(gzip(bomb + record("B") + "]}"));
  EXPECT_EQ(kept.names, Names{"A"}) << kept.told();
  EXPECT_EQ(kept.of(ProblemKind::GzipBomb), 1U);
}

struct Case {
  std::string why;
  std::string text;
  Names names;
  std::size_t skipped;
  std::uint64_t offset;  // Of the first problem.
  std::string cause;     // Part of the first problem's cause.
};

std::vector<Case> cases() {
  const std::string a = record("A");
  const std::string b = record("B");
  const std::string c = record("C");
  const std::string half = a.substr(0, a.find("userName"));        // Ends inside a string.
  const std::string third = a.substr(0, a.find("\"eventSource"));  // Ends between members.
  std::string zero = b;
  zero[b.find("iam.")] = '\0';
  std::string latin1 = b;
  latin1[b.find("iam.")] = '\xE9';
  const std::size_t closing = b.find("},\"eventTime");
  const std::string unclosed = without(b, closing, closing + 1);
  const std::size_t list_end = b.find("]},\"responseElements");
  const std::string unclosed_list = without(b, list_end, list_end + 2);
  const std::uint64_t second_line = a.size() + 1;
  const std::uint64_t second_element = std::string(R"({"Records":[)").size() + a.size() + 1;
  return {
      {"a line cut inside a string", lines({a, half, c}), {"A", "C"}, 1, second_line, "line break"},
      {"a line cut between members", lines({a, third, c}), {"A", "C"}, 1, second_line, "line ends"},
      {"a line whose brackets do not close",
       lines({a, unclosed, c}),
       {"A", "C"},
       1,
       second_line,
       ""},
      {"two cut lines", lines({a, third, third, c}), {"A", "C"}, 2, second_line, ""},
      {"a line that is no object",
       lines({a, b, "oops", c}),
       {"A", "B", "C"},
       1,
       2 * second_line,
       ""},
      {"text behind a line's object",
       lines({a, b + " x", c}),
       {"A", "B", "C"},
       1,
       2 * second_line,
       "behind"},
      {"a line of a comma and something else",
       lines({a, b, ",x", c}),
       {"A", "B", "C"},
       1,
       2 * second_line,
       "no object"},
      {"a NUL byte in a line", lines({a, zero, c}), {"A", "C"}, 1, second_line, "NUL"},
      {"a line that is not UTF-8", lines({a, latin1, c}), {"A", "C"}, 1, second_line, "UTF-8"},
      {"the first line of three", lines({half, b, c}), {"B", "C"}, 1, 0, ""},
      {"an element cut inside a string", log_file({a, half, c}), {"A", "C"}, 1, second_element, ""},
      {"an element cut between members",
       log_file({a, third, c}),
       {"A", "C"},
       1,
       second_element,
       ""},
      {"an element whose brackets do not close",
       log_file({a, unclosed, c}),
       {"A", "C"},
       1,
       second_element,
       ""},
      {"an element that lacks two brackets in what nobody reads",
       log_file({a, unclosed_list, c}),
       {"A", "C"},
       1,
       second_element,
       ""},
      {"two elements cut inside a string",
       log_file({a, half, half, c}),
       {"A", "C"},
       1,
       second_element,
       ""},
      {"two cut elements are one stretch",
       log_file({a, third, third, c}),
       {"A", "C"},
       1,
       second_element,
       ""},
      {"a NUL byte in an element", log_file({a, zero, c}), {"A", "C"}, 1, second_element, "NUL"},
      {"an element that is not UTF-8",
       log_file({a, latin1, c}),
       {"A", "C"},
       1,
       second_element,
       "UTF-8"},
      {"rubbish between elements", log_file({a, "%%%", c}), {"A", "C"}, 1, second_element, ""},
      {"a wrapper that is damaged in front of its records",
       R"({"owner" 1,"logEvents":[)" + a + R"(],"nextToken":"t","size":1,"Events":[)" + b + "]}",
       {"A", "B"},
       1,
       0,
       "colon"},
      {"a second file behind a cut one",
       log_file({a, half}) + "\n" + log_file({b, c}),
       {"A", "B", "C"},
       1,
       second_element,
       ""},
  };
}

TEST(Damage, Table) {
  for (const Case& test : cases()) {
    for (const std::string& bytes : {test.text, gzip(test.text)}) {
      Reading reading;
      const Kept kept = reading.bytes(bytes);
      EXPECT_EQ(kept.names, test.names) << test.why << "\n" << kept.told();
      EXPECT_EQ(kept.skipped(), test.skipped) << test.why << "\n" << kept.told();
      ASSERT_FALSE(kept.problems.empty()) << test.why;
      EXPECT_EQ(kept.problems[0].offset, test.offset) << test.why << "\n" << kept.told();
      EXPECT_THAT(kept.problems[0].cause, testing::HasSubstr(test.cause)) << test.why;
    }
  }
}

TEST(Damage, MissingEndsAreTold) {
  Reading reading;
  const Kept kept = reading.bytes(R"({"Records":[)" + record("A") + ",");
  EXPECT_EQ(kept.names, Names{"A"});
  EXPECT_EQ(kept.of(ProblemKind::CutOff), 1U);
  EXPECT_EQ(kept.skipped(), 0U);
}

std::string huge_record(std::size_t bytes) {
  const std::string one = record("Huge");
  return without(one, one.size() - 1, one.size()) + R"(,"additionalEventData":")" +
         std::string(bytes - one.size() - 25, 'x') + "\"}";
}

TEST(Damage, RecordsBeyondTheLimitAreSkipped) {
  Reading reading;
  const std::string fits = huge_record(kRecordBytesMax);
  const std::string too_large = huge_record(kRecordBytesMax + 1);
  ASSERT_EQ(fits.size(), kRecordBytesMax);
  const std::string a = record("A");
  for (const std::string& text : {log_file({a, too_large, fits, a}), lines({a, too_large, fits, a}),
                                  lines({a, a, too_large, fits, a})}) {
    const Kept kept = reading.bytes(text);
    EXPECT_EQ(kept.names.back(), "A");
    EXPECT_EQ(kept.names[kept.names.size() - 2], "Huge") << kept.told();
    EXPECT_EQ(kept.of(ProblemKind::TooLarge), 1U) << kept.told();
    EXPECT_EQ(kept.skipped(), 1U) << kept.told();
  }
}

TEST(Damage, FalseBeginningsWithoutEndAreGivenUp) {
  Reading reading;
  std::string text = "[";
  while (text.size() < (2U << 20)) text += R"({"eventVersion":[)";
  const Kept kept = reading.bytes(text);
  EXPECT_EQ(kept.of(ProblemKind::GaveUp), 1U) << kept.told();
  EXPECT_EQ(kept.skipped(), 1U);
}

}  // namespace
}  // namespace trailwarden::cloudtrail
