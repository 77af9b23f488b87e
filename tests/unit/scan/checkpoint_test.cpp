#include "scan/checkpoint.h"

#include <algorithm>
#include <filesystem>

#include "../folder.h"
#include "scan/outcome.h"

namespace trailwarden::scan {
namespace {

class CheckpointTest : public testing::Test {
 protected:
  std::string bytes() const { return folder_.read("journal"); }
  void write(std::string_view text) const { folder_.write("journal", text); }

  const Folder folder_;
  const std::string path = folder_.file("journal");
};

CheckpointTerms terms(const std::string& rules = "r1") {
  return {.same = {{"rules", rules}, {"--since", "24h"}}, .since = 1000, .until = {}};
}

cloudtrail::Portion portion(const std::string& name, const std::string& version) {
  cloudtrail::Portion made;
  made.slice.path = name;
  made.version = version;
  return made;
}

std::string found(const Checkpoint& checkpoint, const std::string& name,
                  const std::string& version) {
  const auto outcome = checkpoint.find(name, version, 0);
  return outcome && *outcome ? **outcome : "(none)";
}

TEST_F(CheckpointTest, GoesOnWhereItWas) {
  {
    auto checkpoint = Checkpoint::open(path, terms());
    ASSERT_TRUE(checkpoint.has_value());
    ASSERT_TRUE((*checkpoint)->add(portion("s3://b/a", "1"), "outcome a").has_value());
    ASSERT_TRUE((*checkpoint)->add(portion("pipe", ""), "of no version").has_value());
    EXPECT_EQ(found(**checkpoint, "s3://b/a", "1"), "outcome a");
  }
  CheckpointTerms later = terms();
  later.since = 2000;  // "24h", an hour later.
  auto checkpoint = Checkpoint::open(path, later);
  ASSERT_TRUE(checkpoint.has_value());
  EXPECT_EQ((*checkpoint)->terms().since, 1000);
  EXPECT_EQ((*checkpoint)->terms().until, std::nullopt);
  EXPECT_EQ((*checkpoint)->size(), 1U);
  EXPECT_EQ(found(**checkpoint, "s3://b/a", "1"), "outcome a");
  EXPECT_EQ(found(**checkpoint, "s3://b/a", "2"), "(none)") << "replaced since";
  EXPECT_EQ(found(**checkpoint, "s3://b/b", "1"), "(none)");
}

TEST_F(CheckpointTest, RefusesOtherTermsAndOtherFiles) {
  ASSERT_TRUE(Checkpoint::open(path, terms()).has_value());
  const auto other = Checkpoint::open(path, terms("r2"));
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().message,
            "this checkpoint was begun with rules r1, now r2: remove it or name another");
  write("dear diary, this is no journal of yours");
  const auto diary = Checkpoint::open(path, terms());
  ASSERT_FALSE(diary.has_value());
  EXPECT_EQ(bytes(), "dear diary, this is no journal of yours");
  EXPECT_FALSE(Checkpoint::open("/nonexistent/journal", terms()).has_value());
  EXPECT_FALSE(Checkpoint::open(testing::TempDir(), terms()).has_value());
}

TEST_F(CheckpointTest, IsForOneRunAtATime) {
  const auto first = Checkpoint::open(path, terms());
  ASSERT_TRUE(first.has_value());
  const auto second = Checkpoint::open(path, terms());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().message, "another run is using this checkpoint");
}

// Cut off anywhere: what was whole is known, what was not is read again, and both go on well.
TEST_F(CheckpointTest, SurvivesEveryTruncation) {
  std::vector<std::size_t> ends;
  {
    auto checkpoint = Checkpoint::open(path, terms());
    ASSERT_TRUE(checkpoint.has_value());
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE((*checkpoint)
                      ->add(portion("p" + std::to_string(i), "v"),
                            "outcome " + std::string(static_cast<std::size_t>(i) * 9, 'x'))
                      .has_value());
      ends.push_back(bytes().size());
    }
  }
  const std::string whole = bytes();
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    write(whole.substr(0, size));
    const auto expected = static_cast<std::size_t>(
        std::count_if(ends.begin(), ends.end(), [size](std::size_t end) { return end <= size; }));
    {
      auto checkpoint = Checkpoint::open(path, terms());
      ASSERT_TRUE(checkpoint.has_value()) << size << ": " << to_string(checkpoint.error());
      EXPECT_EQ((*checkpoint)->size(), expected) << size;
      ASSERT_TRUE((*checkpoint)->add(portion("new", "v"), "behind").has_value());
    }
    auto again = Checkpoint::open(path, terms());
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ((*again)->size(), expected + 1) << size;
    EXPECT_EQ(found(**again, "new", "v"), "behind");
  }
}

// A byte turned anywhere behind the terms costs entries, never a wrong outcome.
TEST_F(CheckpointTest, NeverTellsADamagedOutcome) {
  {
    auto checkpoint = Checkpoint::open(path, terms());
    ASSERT_TRUE(checkpoint.has_value());
    ASSERT_TRUE((*checkpoint)->add(portion("a", "v"), "outcome").has_value());
  }
  const std::string whole = bytes();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    write(damaged);
    auto checkpoint = Checkpoint::open(path, terms());
    if (!checkpoint) continue;
    const std::string outcome = found(**checkpoint, "a", "v");
    EXPECT_TRUE(outcome == "outcome" || outcome == "(none)") << at << ": " << outcome;
  }
}

// Says again what it was told.
class Rewriter final : public OutcomeVisitor {
 public:
  void on_judged(const JudgedRecord& record) override { writer.add(record); }
  void on_filtered(std::uint64_t records) override { writer.add_filtered(records); }
  void on_problem(const cloudtrail::Problem& problem) override { writer.add(problem); }
  OutcomeWriter writer;
};

TEST(Outcome, SaysTheSameAgain) {
  OutcomeWriter writer;
  const std::string_view users[] = {"alice", "", "bob", "alice", "alice"};
  UnixSeconds time = 1'772'496'000;
  for (const std::string_view user : users) {
    writer.add(JudgedRecord{.fingerprint = hash64(user),
                            .time = time -= 7,
                            .user = user,
                            .service = "iam",
                            .region = "us-east-1",
                            .suppressed = user.empty(),
                            .event = user == "bob" ? "sighting" : "",
                            .line_key = {}});
    writer.add_filtered();
  }
  writer.add(JudgedRecord{.fingerprint = {},
                          .time = INT64_MIN,
                          .user = "x",
                          .service = "",
                          .region = "",
                          .event = "safe",
                          .line_key = "key"});
  writer.add(JudgedRecord{.fingerprint = 0, .time = INT64_MAX});
  writer.add(cloudtrail::Problem{cloudtrail::ProblemKind::Damaged, "p", 77, "cut"});
  const std::string bytes = writer.take();
  Rewriter again;
  ASSERT_TRUE(read_outcome(bytes, again).has_value());
  EXPECT_EQ(again.writer.take(), bytes);
  EXPECT_TRUE(writer.take().empty());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    Rewriter part;  // Whatever it says, it ends.
    (void)read_outcome(std::string_view(bytes).substr(0, size), part);
  }
}

TEST(Outcome, IsNotWholeWhenItGrowsTooLarge) {
  OutcomeWriter writer;
  const std::string event(1 << 20, 'e');
  for (int i = 0; i < 80; ++i)
    writer.add(JudgedRecord{.fingerprint = 1, .time = 1, .event = event});
  EXPECT_FALSE(writer.is_whole());
  writer.take();
  EXPECT_TRUE(writer.is_whole());
}

TEST(Outcome, IsNotWholeWhenSomethingCouldNotBeRead) {
  OutcomeWriter writer;
  writer.add(cloudtrail::Problem{cloudtrail::ProblemKind::Damaged, "p", 77, "cut"});
  EXPECT_TRUE(writer.is_whole());
  writer.add(
      cloudtrail::Problem{cloudtrail::ProblemKind::Unreadable, "p", 0, "input/output error"});
  EXPECT_FALSE(writer.is_whole());
}

}  // namespace
}  // namespace trailwarden::scan
