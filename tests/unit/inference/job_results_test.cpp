#include "inference/job_results.h"

#include <gtest/gtest.h>

namespace trailwarden::inference {
namespace {

constexpr model::Price kPrice{.input = 1, .output = 10};

class JobResultsTest : public testing::Test {
 protected:
  JobResultsTest() {
    for (const char* id : {"a", "b", "c"}) tasks_.push_back({.id = id, .request = {}});
  }

  JobResults results(std::size_t wanted = 3) {
    std::vector<const Task*> tasks;
    for (std::size_t i = 0; i < wanted; ++i) tasks.push_back(&tasks_[i]);
    return {{"a", "b", "c"}, tasks, kPrice};
  }
  void answer(JobResults& results, const std::string& id,
              std::optional<model::Usage> usage = std::nullopt) {
    model::Reply reply;
    reply.text = "text";
    reply.usage = usage;
    EXPECT_TRUE(results.add({id, reply}, on_answer_));
  }
  void error(JobResults& results, const std::string& id) {
    EXPECT_TRUE(results.add({id, tl::unexpected(model::Failure{.message = "wrong"})}, on_answer_));
  }
  static std::string unanswered(const JobResults& results) {
    std::string text;
    for (const auto& each : results.unanswered({.message = "missing"})) {
      text += each.task->id + " " + each.failure.message + "; ";
    }
    return text;
  }

  std::vector<Task> tasks_;
  std::string told_;
  OnAnswer on_answer_ = [this](const Task& task, const model::Outcome<model::Reply>& reply) {
    EXPECT_TRUE(reply);
    told_ += task.id;
    return Result<void>();
  };
};

TEST_F(JobResultsTest, JoinedByIdInAnyOrder) {
  auto results = this->results();
  answer(results, "c");
  error(results, "a");
  EXPECT_EQ(told_, "c");
  EXPECT_EQ(unanswered(results), "a wrong; b missing; ");
  EXPECT_EQ(results.summary(), "3 records: 1 answered, 1 with an error, 1 missing");
  EXPECT_EQ(results.answered(), 1U);
}

TEST_F(JobResultsTest, WhatComesTwice) {
  auto results = this->results();
  answer(results, "a");
  answer(results, "a");
  error(results, "a");
  error(results, "b");
  error(results, "b");
  answer(results, "b");  // An answer counts more than an error.
  EXPECT_EQ(told_, "ab");
  EXPECT_EQ(results.summary(), "3 records: 2 answered, 0 with an error, 1 missing; 4 came again");
}

TEST_F(JobResultsTest, WhatWasToldBeforeIsNotToldAgain) {
  auto results = this->results(1);
  answer(results, "a");
  answer(results, "b");
  error(results, "c");
  EXPECT_EQ(told_, "a");
  EXPECT_EQ(unanswered(results), "");
  EXPECT_EQ(results.summary(), "3 records: 2 answered, 1 with an error, 0 missing");
}

TEST_F(JobResultsTest, OtherIds) {
  auto results = this->results();
  EXPECT_TRUE(results.is_ours());
  answer(results, "x");
  EXPECT_FALSE(results.is_ours());
  results.add_unreadable();
  EXPECT_EQ(
      results.summary(),
      "3 records: 0 answered, 0 with an error, 3 missing; 1 of other ids; 1 unreadable lines");
  answer(results, "b");
  EXPECT_TRUE(results.is_ours());
}

TEST_F(JobResultsTest, MoneyByRecords) {
  auto results = this->results();
  answer(results, "a", model::Usage{.input = 1000, .output = 10});
  answer(results, "b", model::Usage{.input = 500, .output = 20});
  const std::optional<Manifest> same{{.input_tokens = 1500, .output_tokens = 30}};
  EXPECT_EQ(results.usage(same), (model::Usage{.input = 1500, .output = 30}));
  EXPECT_EQ(results.cost(same).nanos, 1500 * 1000 + 30 * 10'000);
  EXPECT_EQ(results.cost(std::nullopt), results.cost(same));
  EXPECT_TRUE(results.is_counted(std::nullopt));
  // What the manifest counted and no record tells of was used as well.
  const std::optional<Manifest> more{{.input_tokens = 2500, .output_tokens = 30}};
  EXPECT_EQ(results.usage(more).input, 2500U);
  EXPECT_EQ(results.cost(more).nanos, results.cost(same).nanos + 1000 * 1000);
}

TEST_F(JobResultsTest, AnswersThatAreNotCounted) {
  auto results = this->results();
  answer(results, "a");
  EXPECT_FALSE(results.is_counted(std::nullopt));
  EXPECT_FALSE(results.is_counted(Manifest{}));
  EXPECT_TRUE(results.is_counted(Manifest{.input_tokens = 5}));
}

TEST_F(JobResultsTest, AnErrorOfTheListenerIsHandedOn) {
  auto results = this->results();
  const OnAnswer full = [](const Task&, const model::Outcome<model::Reply>&) -> Result<void> {
    return fail(ErrorCode::Io, "full");
  };
  EXPECT_FALSE(results.add({"a", model::Reply{}}, full));
}

TEST(InBatch, HalfOfEverything) {
  const model::Price price =
      in_batch({.input = 1, .output = 5, .cache_read = 0.1, .cache_write = 1.25, .batch = 0.5});
  EXPECT_EQ(price.input, 0.5);
  EXPECT_EQ(price.output, 2.5);
  EXPECT_EQ(price.cache_read, 0.05);
  EXPECT_EQ(price.cache_write, 0.625);
}

}  // namespace
}  // namespace trailwarden::inference
