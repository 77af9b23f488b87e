#include "digest/forest.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "digest/reply_json.h"
#include "digest/write.h"

namespace trailwarden::digest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Answers as a model that cites every event it was shown would, and keeps what it was asked.
class Scripted final : public inference::Engine {
 public:
  Result<void> run(std::span<const inference::Task> tasks, const inference::OnAnswer& on_answer,
                   const inference::OnProgress&, const std::stop_token&) override {
    levels.push_back(tasks.size());
    // Answers come in any order.
    std::vector<const inference::Task*> order;
    for (const inference::Task& task : tasks) order.push_back(&task);
    std::reverse(order.begin(), order.end());
    for (const inference::Task* task : order) {
      asked.push_back(*task);
      if (fail_after && asked.size() > *fail_after) return fail(ErrorCode::Io, "killed");
      TW_TRY(on_answer(*task, answer(*task)));
    }
    return {};
  }
  std::string name() const override { return "scripted"; }
  inference::EngineTotals totals() const override { return {}; }

  std::vector<std::size_t> levels;
  std::vector<inference::Task> asked;
  std::optional<std::size_t> fail_after;
  std::string refuse;  // Questions with this text get a failure.

 private:
  model::Outcome<model::Reply> answer(const inference::Task& task) const {
    const std::string& text = task.request.turns.at(0).text;
    if (!refuse.empty() && text.find(refuse) != text.npos) {
      return tl::unexpected(model::Failure{.service = "Scripted", .message = "no"});
    }
    model::Reply reply;
    reply.text = R"({"matters":[{"text":"Seen.","events":[)";
    for (std::size_t at = text.find("\"e"); at != text.npos; at = text.find("\"e", at + 1)) {
      const std::string label = text.substr(at + 1, text.find('"', at + 1) - at - 1);
      if (!number_in(label)) continue;
      if (reply.text.back() != '[') reply.text += ',';
      reply.text += '"' + label + '"';
    }
    reply.text += "]}]}";
    return reply;
  }
};

class ForestTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (fs::path(testing::TempDir()) / ("forest-" + std::to_string(::getpid()))).string();
    fs::remove(path_);
  }
  void TearDown() override { fs::remove(path_); }

  Forest forest(inference::Engine& engine, inference::Journal& journal) const {
    return {Wording{"Sum it up.", 7, 800, 900}, engine, journal, {}, {}};
  }
  std::unique_ptr<inference::Journal> journal() const {
    return inference::Journal::open(path_, "t").take();
  }

  static std::vector<Leaf> leaves(std::size_t count, std::size_t from = 0) {
    std::vector<Leaf> made;
    for (std::size_t i = from; i < from + count; ++i) {
      made.push_back({"[\"" + label_of(i) + "\"]", "part " + std::to_string(i), {i}});
    }
    return made;
  }

  std::string path_;
};

// The one summary that a tree ends with.
Node root_of(Forest& forest, const std::vector<Leaf>& leaves) {
  auto trees = forest.plant({leaves}, {}).take();
  EXPECT_TRUE(forest.reduce(trees, {}));
  EXPECT_EQ(trees.at(0).size(), 1);
  return trees[0][0];
}

TEST_F(ForestTest, LevelsAreAskedTogetherAndShrinkToOne) {
  Scripted engine;
  const auto kept = journal();
  Forest woods = forest(engine, *kept);
  const Node root = root_of(woods, leaves(100));
  EXPECT_EQ(engine.levels.front(), 100);
  EXPECT_GT(engine.levels.size(), 2);
  EXPECT_TRUE(std::is_sorted(engine.levels.rbegin(), engine.levels.rend()));
  EXPECT_EQ(engine.levels.back(), 1);
  EXPECT_EQ(root.events.size(), 100);
  EXPECT_EQ(woods.counts().prompts, engine.asked.size());
  EXPECT_EQ(woods.counts().unread, 0);
}

TEST_F(ForestTest, TheSamePortionsGiveTheSameQuestions) {
  std::vector<std::string> ids[2];
  for (auto& each : ids) {
    fs::remove(path_);
    Scripted engine;
    const auto kept = journal();
    Forest woods = forest(engine, *kept);
    root_of(woods, leaves(30));
    for (const inference::Task& task : engine.asked) each.push_back(task.id);
  }
  EXPECT_EQ(ids[0], ids[1]);
  std::sort(ids[0].begin(), ids[0].end());
  EXPECT_EQ(std::adjacent_find(ids[0].begin(), ids[0].end()), ids[0].end());
}

TEST_F(ForestTest, WhatWasAnsweredIsNotAskedAgain) {
  Scripted whole;
  {
    const auto kept = journal();
    Forest woods = forest(whole, *kept);
    root_of(woods, leaves(40));
  }
  const std::size_t all = whole.asked.size();
  // Killed after any number of answers, the next run asks for the rest.
  for (const std::size_t killed_after : {0U, 1U, 17U, 40U, 41U}) {
    fs::remove(path_);
    Scripted first;
    first.fail_after = killed_after;
    {
      const auto kept = journal();
      Forest woods = forest(first, *kept);
      auto trees = woods.plant({leaves(40)}, {});
      if (trees) {
        EXPECT_FALSE(woods.reduce(*trees, {})) << killed_after;
      }
    }
    Scripted second;
    const auto kept = journal();
    Forest woods = forest(second, *kept);
    const Node root = root_of(woods, leaves(40));
    EXPECT_EQ(second.asked.size(), all - killed_after) << killed_after;
    EXPECT_EQ(root.events.size(), 40);
  }
}

TEST_F(ForestTest, AFailureIsOnePortionLess) {
  Scripted engine;
  engine.refuse = "[\"e3\"]";
  const auto kept = journal();
  Forest woods = forest(engine, *kept);
  const Node root = root_of(woods, leaves(5));
  EXPECT_EQ(root.events.size(), 5);
  EXPECT_EQ(root.summary.of(Topic::Matters).at(0).events.size(), 4);
  EXPECT_EQ(woods.counts().unread, 1);
  EXPECT_THAT(woods.counts().first_failure, HasSubstr("no"));
}

TEST_F(ForestTest, TreesGrowSideBySide) {
  Scripted engine;
  const auto kept = journal();
  Forest woods = forest(engine, *kept);
  auto trees = woods.plant({leaves(9), {}, leaves(1, 9), leaves(20, 10)}, {}).take();
  ASSERT_TRUE(woods.reduce(trees, {}));
  EXPECT_EQ(engine.levels.front(), 30);
  EXPECT_EQ(trees[0].size(), 1);
  EXPECT_EQ(trees[1].size(), 0);
  EXPECT_EQ(trees[2].size(), 1);
  EXPECT_EQ(trees[2][0].about, "part 9");
  EXPECT_EQ(trees[3].size(), 1);
}

// A prompt's data cannot end its fence: the marker is none of the data's lines.
TEST_F(ForestTest, DataStandsBetweenMarkersThatItDoesNotHold) {
  const Wording wording{"Sum it up.", 99, 800, 900};
  const auto request = leaf_request(wording, {"[1]", "1 events in 1 lines", {}});
  const std::string& text = request.turns.at(0).text;
  const std::size_t at = text.find("DATA-");
  const std::string marker = text.substr(at, 21);
  EXPECT_THAT(text, HasSubstr("\n" + marker + "\n[1]\n" + marker));
  const auto other = leaf_request(wording, {"[\"" + marker + "\"]", "x", {}});
  EXPECT_EQ(other.turns.at(0).text.find("lines " + marker), std::string::npos);
  EXPECT_FALSE(request.form) << "batch jobs take no response format";
}

TEST(ReplyJson, ReadsWhatItWrites) {
  model::Reply reply;
  reply.text = "a \"b\"\n\xe2\x80\xa6";
  reply.stop = model::StopReason::Length;
  reply.request_id = "r";
  reply.model = "m";
  const auto again = reply_from_json(to_json(reply));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->text, reply.text);
  EXPECT_EQ(again->stop, reply.stop);
  EXPECT_EQ(again->request_id, "r");
  EXPECT_EQ(again->model, "m");
  for (const char* text : {"", "{}", "[]", "3", "{\"text\":"})
    EXPECT_FALSE(reply_from_json(text)) << text;
}

}  // namespace
}  // namespace trailwarden::digest
