#include "inference/direct_engine.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace trailwarden::inference {
namespace {

using model::Failure;
using model::Outcome;
using model::Reply;
using model::Request;
using std::chrono::milliseconds;

// Answers with the question; `next` may say otherwise.
class FakeProvider final : public model::Provider {
 public:
  using Answer = std::function<Outcome<Reply>(const std::string& question)>;
  explicit FakeProvider(Answer answer) : answer_(std::move(answer)) {}
  Outcome<Reply> ask(const Request& request, milliseconds, const std::stop_token&) override {
    return answer_(request.turns.at(0).text);
  }
  const std::string& service() const override { return name_; }
  const std::string& model() const override { return name_; }

 private:
  const Answer answer_;
  const std::string name_ = "fake";
};

Outcome<Reply> echo(const std::string& question) {
  Reply reply;
  reply.text = question;
  reply.usage = model::Usage{.input = 10, .output = 1};
  return reply;
}

std::vector<Task> tasks(int count) {
  std::vector<Task> result;
  for (int i = 0; i < count; ++i) {
    const std::string id = "task" + std::to_string(1000000 + i);
    result.push_back({id, {.turns = {{model::Role::User, id}}}});
  }
  return result;
}

class DirectEngineTest : public testing::Test {
 protected:
  // Time goes on only by waiting.
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
  std::mutex mutex_;

  Pause pause() {
    return [this](milliseconds span, const std::stop_token&) {
      const std::lock_guard lock(mutex_);
      now_ += span;
    };
  }
  std::function<std::chrono::steady_clock::time_point()> clock() {
    return [this] {
      const std::lock_guard lock(mutex_);
      return now_;
    };
  }

  Result<void> run(FakeProvider::Answer answer, const std::vector<Task>& tasks,
                   const std::stop_token& stop = {}) {
    model::GuardOptions guarded{.concurrency_max = 3, .price = model::Price{.input = 1}};
    guarded.now = clock();
    guarded.sleep = pause();
    guarded.random = [] { return 0.5; };
    guard_ =
        std::make_unique<model::Guard>(std::make_unique<FakeProvider>(std::move(answer)), guarded);
    engine_ =
        std::make_unique<DirectEngine>(*guard_, DirectOptions{.threads = threads_,
                                                              .patience = std::chrono::minutes(15),
                                                              .now = clock(),
                                                              .pause = pause()});
    return engine_->run(
        tasks,
        [this](const Task& task, Outcome<Reply> reply) -> Result<void> {
          EXPECT_FALSE(told_.contains(task.id)) << "told twice";
          told_[task.id] = reply ? reply->text : std::string(to_string(reply.error().kind));
          if (told_.size() == keep_max_) return fail(ErrorCode::Io, "the disk is full");
          return {};
        },
        [this](const EngineProgress& progress) {
          EXPECT_EQ(progress.state, "asking");
          EXPECT_GT(progress.answered, progress_);
          progress_ = progress.answered;
        },
        stop);
  }
  int count(const std::string& text) const {
    int result = 0;
    for (const auto& [id, each] : told_) result += each == text ? 1 : 0;
    return result;
  }

  std::unique_ptr<model::Guard> guard_;
  std::unique_ptr<DirectEngine> engine_;
  std::map<std::string, std::string> told_;
  unsigned threads_ = DirectOptions{}.threads;
  std::size_t keep_max_ = 1'000'000;
  std::uint64_t progress_ = 0;
};

TEST_F(DirectEngineTest, EachIsToldOnce) {
  const auto all = tasks(200);
  ASSERT_TRUE(run(echo, all));
  EXPECT_EQ(told_.size(), 200U);
  for (const auto& [id, text] : told_) EXPECT_EQ(text, id);
  EXPECT_EQ(progress_, 200U);
  const EngineTotals totals = engine_->totals();
  EXPECT_EQ(totals.answered, 200U);
  EXPECT_EQ(totals.usage, (model::Usage{.input = 2000, .output = 200}));
  EXPECT_EQ(totals.cost.nanos, 2000 * 1000);
}

TEST_F(DirectEngineTest, NothingToDo) { EXPECT_TRUE(run(echo, {})); }

TEST_F(DirectEngineTest, AFailureIsTheTasksOwn) {
  const auto answer = [](const std::string& question) -> Outcome<Reply> {
    if (question.ends_with('7')) return tl::unexpected(Failure{.kind = Failure::Kind::Refused});
    return echo(question);
  };
  ASSERT_TRUE(run(answer, tasks(100)));
  EXPECT_EQ(count("refused"), 10);
  EXPECT_EQ(engine_->totals().answered, 90U);
  EXPECT_EQ(engine_->totals().failed, 10U);
}

TEST_F(DirectEngineTest, AServiceThatThrottlesIsWaitedFor) {
  // Of several, one that waits would use up the time in which another has yet to ask.
  threads_ = 1;
  std::atomic<int> calls = 0;
  const auto answer = [&](const std::string& question) -> Outcome<Reply> {
    if (++calls <= 8) {
      return tl::unexpected(
          Failure{.kind = Failure::Kind::Throttled, .attempts = 1, .worth_retrying = true});
    }
    return echo(question);
  };
  ASSERT_TRUE(run(answer, tasks(20)));
  EXPECT_EQ(engine_->totals().answered, 20U);
}

TEST_F(DirectEngineTest, PatienceEnds) {
  const auto answer = [](const std::string&) -> Outcome<Reply> {
    return tl::unexpected(
        Failure{.kind = Failure::Kind::Throttled, .attempts = 1, .worth_retrying = true});
  };
  ASSERT_TRUE(run(answer, tasks(5)));
  EXPECT_EQ(told_.size(), 5U);
  EXPECT_EQ(engine_->totals().failed, 5U);
}

TEST_F(DirectEngineTest, WithoutCredentialsNothingIsTriedOn) {
  std::atomic<int> calls = 0;
  const auto answer = [&](const std::string&) -> Outcome<Reply> {
    ++calls;
    return tl::unexpected(Failure{.kind = Failure::Kind::Credentials, .message = "no key"});
  };
  const auto done = run(answer, tasks(100));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "no key");
  EXPECT_LE(calls, 4);
  EXPECT_TRUE(told_.empty());
}

TEST_F(DirectEngineTest, AnAnswerThatCannotBeKeptEndsIt) {
  keep_max_ = 10;
  const auto done = run(echo, tasks(1000));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "the disk is full");
  EXPECT_EQ(told_.size(), 10U);
}

TEST_F(DirectEngineTest, AStopTellsNothingOfTheRest) {
  std::stop_source stop;
  std::atomic<int> calls = 0;
  const auto answer = [&](const std::string& question) {
    if (++calls == 20) stop.request_stop();
    return echo(question);
  };
  const auto done = run(answer, tasks(1000), stop.get_token());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "a stop was requested");
  EXPECT_LE(told_.size(), 24U);
  EXPECT_EQ(count("cancelled"), 0);
}

}  // namespace
}  // namespace trailwarden::inference
