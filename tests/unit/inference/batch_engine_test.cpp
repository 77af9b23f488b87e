#include "inference/batch_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

namespace trailwarden::inference {
namespace {

using model::Failure;
using model::Outcome;
using model::Reply;
using std::chrono::milliseconds;
using testing::HasSubstr;

// What a service did, for as long as it lives longer than engines.
struct Cloud {
  unsigned created = 0;
  std::vector<std::string> records{};  // Of all jobs.
  std::function<Outcome<std::string>()> on_create = [] { return std::string("job1"); };
  std::function<Outcome<JobLook>(unsigned look)> on_look = [](unsigned) {
    return JobLook{.phase = JobLook::Phase::Ended, .word = "Completed"};
  };
  std::function<bool(unsigned read)> breaks = [](unsigned) { return false; };
  unsigned looks = 0;
  unsigned reads = 0;
};

// A record is a task's id, and so is a line of output.
class FakeService final : public BatchService {
 public:
  explicit FakeService(Cloud& cloud) : cloud_(cloud) {}
  const std::string& service() const override { return name_; }
  JobLimits limits() const override {
    return {.records_min = 3, .records_max = 100, .bytes_max = 1'000'000};
  }
  std::string record(const Task& task) const override { return task.id; }
  Result<std::string> prepare(const JobName&, std::span<const std::string>,
                              const std::stop_token&) override {
    return std::string("{}");
  }
  Outcome<std::string> create(const std::string&, std::span<const std::string> records,
                              const std::stop_token&) override {
    ++cloud_.created;
    auto job = cloud_.on_create();
    if (job) cloud_.records.assign(records.begin(), records.end());
    return job;
  }
  Outcome<std::optional<std::string>> recover(const std::string&, std::span<const std::string>,
                                              const std::stop_token&) override {
    return cloud_.records.empty() ? std::optional<std::string>()
                                  : std::optional<std::string>("job1");
  }
  Outcome<JobLook> look(const std::string& job, const std::stop_token&) override {
    EXPECT_EQ(job, "job1");
    return cloud_.on_look(++cloud_.looks);
  }
  Result<std::optional<Manifest>> read(const std::string&, const std::string&,
                                       const OnLine& on_line, const std::stop_token&) override {
    const bool breaks = cloud_.breaks(++cloud_.reads);
    for (std::size_t i = 0; i < cloud_.records.size(); ++i) {
      if (breaks && i == cloud_.records.size() / 2) return fail(ErrorCode::Io, "it broke off");
      TW_TRY(on_line(cloud_.records[i]));
    }
    return std::optional<Manifest>();
  }
  Result<BatchRecord> parse(std::string_view line) const override {
    Reply reply;
    reply.text = "answer";
    reply.usage = model::Usage{.input = 100, .output = 10};
    return BatchRecord{std::string(line), reply};
  }

 private:
  Cloud& cloud_;
  const std::string name_ = "Fake";
};

class NobodyAnswers final : public model::Provider {
 public:
  Outcome<Reply> ask(const model::Request&, milliseconds, const std::stop_token&) override {
    ADD_FAILURE() << "asked directly";
    return tl::unexpected(Failure{});
  }
  const std::string& service() const override { return name_; }
  const std::string& model() const override { return name_; }

 private:
  const std::string name_ = "nobody";
};

class BatchEngineTest : public testing::Test {
 protected:
  BatchEngineTest() : path_(testing::TempDir() + "batch_engine_test.journal") {
    std::filesystem::remove(path_);
    for (int i = 0; i < 5; ++i) {
      tasks_.push_back({"task000000" + std::to_string(i),
                        {.turns = {{model::Role::User, "What?"}}, .max_tokens = 100}});
    }
    options_.price = model::Price{.input = 1, .output = 10};
    options_.now = [this] { return now_; };
    options_.pause = [this](milliseconds span, const std::stop_token&) { now_ += span; };
    options_.random = [] { return 0.5; };
    options_.tell = [this](std::string_view line) { (lines_ += line) += '\n'; };
  }
  ~BatchEngineTest() override { std::filesystem::remove(path_); }

  // A run by an engine of its own, on the same journal. "": it went well.
  std::string run() {
    auto journal = Journal::open(path_, "terms").take();
    model::Guard guard(std::make_unique<NobodyAnswers>(), {});
    DirectEngine direct(guard);
    BatchEngine engine(std::make_unique<FakeService>(cloud_), *journal, direct, options_);
    const auto done = engine.run(
        tasks_,
        [&](const Task& task, const Outcome<Reply>& reply) -> Result<void> {
          if (told_.size() == keep_max_) return fail(ErrorCode::Io, "the disk is full");
          EXPECT_TRUE(told_.try_emplace(task.id, reply ? reply->text : "").second) << task.id;
          return {};
        },
        [&](const EngineProgress& progress) { state_ = progress.state; }, {});
    std::erase_if(tasks_, [&](const Task& task) { return told_.contains(task.id); });
    totals_ = engine.totals();
    return done ? "" : to_string(done.error());
  }

  void cap(std::uint64_t tokens) {
    budget_ = model::Budget::open({.tokens_per_day = tokens}, ledger_, [] { return 0; }).take();
    options_.budget = budget_.get();
  }
  std::uint64_t spent() { return budget_->spent().day.tokens; }

  const std::string path_;
  Cloud cloud_;
  std::vector<Task> tasks_;
  BatchOptions options_;
  std::chrono::steady_clock::time_point now_{};
  std::string lines_, state_;
  std::map<std::string, std::string> told_;
  std::size_t keep_max_ = 1000;
  EngineTotals totals_;
  model::MemoryLedger ledger_;
  std::unique_ptr<model::Budget> budget_;
};

// What five tasks can use at most: bytes, what services add, and the answer.
constexpr std::uint64_t kMost = 5 * (1000 + 5 + 16 + 100);

TEST_F(BatchEngineTest, AllAnswers) {
  EXPECT_EQ(run(), "");
  EXPECT_EQ(told_.size(), 5U);
  EXPECT_EQ(totals_.usage, (model::Usage{.input = 500, .output = 50}));
  EXPECT_EQ(totals_.cost.nanos, (500 * 1000 + 50 * 10'000) / 2);
  EXPECT_EQ(totals_.jobs, std::vector<std::string>{"job1"});
  EXPECT_EQ(run(), "");
  EXPECT_EQ(cloud_.created, 1U);
}

TEST_F(BatchEngineTest, WaitsGrowAndAreBounded) {
  std::vector<milliseconds> waits;
  options_.look_first = milliseconds(1000);
  options_.look_max = milliseconds(3000);
  options_.pause = [&](milliseconds span, const std::stop_token&) { waits.push_back(span); };
  cloud_.on_look = [](unsigned look) {
    return JobLook{.phase = look < 6 ? JobLook::Phase::Waiting : JobLook::Phase::Ended};
  };
  EXPECT_EQ(run(), "");
  using std::chrono_literals::operator""ms;
  EXPECT_THAT(waits, testing::ElementsAre(1000ms, 1500ms, 2250ms, 3000ms, 3000ms));
}

TEST_F(BatchEngineTest, LooksThatFailAreTriedAgain) {
  cloud_.on_look = [](unsigned look) -> Outcome<JobLook> {
    if (look < 10) return tl::unexpected(Failure{.message = "busy", .worth_retrying = true});
    return JobLook{.phase = JobLook::Phase::Ended};
  };
  EXPECT_EQ(run(), "");
}

TEST_F(BatchEngineTest, LooksThatKeepFailingEndTheRunNotTheJob) {
  cloud_.on_look = [](unsigned) -> Outcome<JobLook> {
    return tl::unexpected(Failure{.message = "busy", .worth_retrying = true});
  };
  EXPECT_EQ(run(), "Fake batch job job1 cannot be looked at, and may go on: busy");
  EXPECT_EQ(cloud_.looks, 10U);
  cloud_.on_look = [](unsigned) -> Outcome<JobLook> {
    return tl::unexpected(Failure{.message = "not yours"});
  };
  EXPECT_EQ(run(), "Fake batch job job1 cannot be looked at, and may go on: not yours");
  EXPECT_EQ(cloud_.looks, 11U);
  cloud_.on_look = Cloud().on_look;
  EXPECT_EQ(run(), "");
  EXPECT_EQ(cloud_.created, 1U);
  EXPECT_EQ(told_.size(), 5U);
}

TEST_F(BatchEngineTest, OutputThatBreaksOffIsReadAgainAndToldOnce) {
  cloud_.breaks = [](unsigned read) { return read < 3; };
  EXPECT_EQ(run(), "");
  EXPECT_EQ(told_.size(), 5U);
  EXPECT_EQ(totals_.answered, 5U);
  EXPECT_EQ(totals_.usage.input, 500U) << "paid once";
}

TEST_F(BatchEngineTest, OutputThatKeepsBreakingOff) {
  cloud_.breaks = [](unsigned) { return true; };
  EXPECT_EQ(run(), "it broke off");
  EXPECT_EQ(cloud_.reads, 3U);
  EXPECT_EQ(told_.size(), 2U);
  cloud_.breaks = Cloud().breaks;
  EXPECT_EQ(run(), "");
  EXPECT_EQ(told_.size(), 5U);
  EXPECT_EQ(cloud_.created, 1U);
}

TEST_F(BatchEngineTest, AnswersThatCannotBeKept) {
  keep_max_ = 3;
  EXPECT_EQ(run(), "the disk is full");
  EXPECT_EQ(cloud_.reads, 1U) << "the service is not to blame";
  keep_max_ = 1000;
  EXPECT_EQ(run(), "");
  EXPECT_EQ(told_.size(), 5U);
  EXPECT_EQ(cloud_.created, 1U);
}

TEST_F(BatchEngineTest, AHostileStatusIsPlainWhereverItIsShown) {
  cloud_.on_look = [](unsigned look) {
    return look == 1 ? JobLook{.phase = JobLook::Phase::Unknown,
                               .word = "\x1b[31m" + std::string(500, 'x')}
                     : JobLook{.phase = JobLook::Phase::Ended, .word = "Completed"};
  };
  EXPECT_EQ(run(), "");
  EXPECT_EQ(state_, "?[31m" + std::string(35, 'x'));
  EXPECT_THAT(lines_, HasSubstr("says \"?[31mxxx"));
}

TEST_F(BatchEngineTest, ALostJobIsNoMoreWaitedFor) {
  cloud_.on_look = [](unsigned) {
    return JobLook{.phase = JobLook::Phase::Lost, .word = "Failed", .message = "no\nrights"};
  };
  EXPECT_EQ(run(), "Fake batch job job1 ended: Failed: no rights");
  cloud_.on_look = Cloud().on_look;
  EXPECT_EQ(run(), "");
  EXPECT_EQ(cloud_.created, 2U);
}

TEST_F(BatchEngineTest, ACreationOfUnknownEndIsLookedIntoByTheNextRun) {
  cloud_.on_create = [this]() -> Outcome<std::string> {
    for (const Task& task : tasks_) cloud_.records.push_back(task.id);
    return tl::unexpected(Failure{.kind = Failure::Kind::Unavailable, .message = "no answer"});
  };
  EXPECT_EQ(run(), "no answer");
  EXPECT_EQ(run(), "");
  EXPECT_EQ(cloud_.created, 1U);
  EXPECT_EQ(told_.size(), 5U);
}

TEST_F(BatchEngineTest, TheMostIsReservedBeforeAndWhatWasUsedCountsAfter) {
  cap(kMost);
  cloud_.on_create = [this] {
    EXPECT_EQ(spent(), kMost);
    return std::string("job1");
  };
  EXPECT_EQ(run(), "");
  EXPECT_EQ(spent(), 550U);
}

TEST_F(BatchEngineTest, NothingIsBegunThatTheBudgetDoesNotCover) {
  cap(kMost - 1);
  EXPECT_THAT(run(), HasSubstr("the budget of"));
  EXPECT_EQ(cloud_.created, 0U);
  EXPECT_EQ(spent(), 0U);
}

TEST_F(BatchEngineTest, WhatWasRefusedIsGivenBack) {
  cap(kMost);
  cloud_.on_create = []() -> Outcome<std::string> {
    return tl::unexpected(Failure{.message = "no such role", .status = 400});
  };
  EXPECT_THAT(run(), HasSubstr("no such role"));
  EXPECT_EQ(spent(), 0U);
  cloud_.on_create = Cloud().on_create;
  EXPECT_EQ(run(), "");
  EXPECT_EQ(spent(), 550U);
}

TEST_F(BatchEngineTest, AJobOfAnEarlierRunCountsInThisRunsBudget) {
  cloud_.on_look = [](unsigned) -> Outcome<JobLook> { return tl::unexpected(Failure{}); };
  EXPECT_NE(run(), "");
  cap(kMost - 1);  // It runs and will be paid, whatever the cap.
  cloud_.on_look = Cloud().on_look;
  EXPECT_EQ(run(), "");
  EXPECT_EQ(spent(), 550U);
  EXPECT_EQ(totals_.usage.input, 500U);
}

}  // namespace
}  // namespace trailwarden::inference
