#include "source/sqs_source.h"

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "fake_sqs.h"

namespace trailwarden::source {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string event(int number) {
  return R"({"detail-type":"AWS API Call via CloudTrail","source":"aws.iam","detail":{"eventID":")" +
         std::to_string(number) + R"("}})";
}

// The queue with real time and several callers. An empty one is waited at for a moment.
class SharedSqs {
 public:
  SqsPorts ports() {
    const Call call = [this](const aws::Operation& operation, const boost::json::object& input,
                             const std::stop_token& stop, const aws::CallOptions& options) {
      auto answer = [&] {
        const std::lock_guard lock(mutex_);
        return inner_(operation, input, stop, options);
      }();
      if (answer && answer->empty()) std::this_thread::sleep_for(milliseconds{5});
      return answer;
    };
    return {.queue = SqsQueue(FakeSqs::kUrl, call),
            .fetch = [](const ObjectRef&, const std::stop_token&) -> aws::Outcome<std::string> {
              return "bytes";
            },
            .dead_letters =
                DeadLetters::open("", std::optional(SqsQueue("https://sqs/1/dead", call))).value(),
            .note = [](std::string_view) {},
            .utc = [] { return UnixSeconds{0}; }};
  }
  void with(const std::function<void(FakeSqs&)>& look) {
    const std::lock_guard lock(mutex_);
    look(queue_);
  }
  std::size_t left() {
    const std::lock_guard lock(mutex_);
    return queue_.left();
  }

 private:
  std::mutex mutex_;
  FakeSqs queue_{std::chrono::steady_clock::now};
  Call inner_ = queue_.call();
};

// Long enough that a machine under load keeps messages hidden, short enough for a test to wait.
constexpr SqsOptions kQuick{
    .visibility = seconds{2}, .receives_max = 3, .linger = milliseconds{10}};

TEST(SqsSource, SeveralThreadsHandleAllOfAQueueThatFailsNowAndThen) {
  constexpr int kMessages = 400;
  SharedSqs shared;
  shared.with([](FakeSqs& queue) {
    for (int i = 0; i < kMessages; ++i) queue.add(event(i));
    queue.fault = [calls = 0](std::string_view) mutable {
      return ++calls % 7 == 0 ? FakeSqs::Fault::Partial : FakeSqs::Fault::None;
    };
  });
  SqsSource source(kQuick, shared.ports());
  std::mutex mutex;
  std::map<std::string, int> done;
  std::set<std::string> failed;
  std::stop_source stop;
  std::vector<std::jthread> workers;
  for (unsigned worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&, worker] {
      std::mt19937 random(worker);
      while (const auto delivery = source.next(stop.get_token()).value()) {
        const bool fails = random() % 20 == 0;
        {
          const std::lock_guard lock(mutex);
          if (fails) {
            failed.insert(delivery->bytes);
          } else {
            ++done[delivery->bytes];
          }
        }
        if (fails) {
          source.failed(delivery->receipt, "chance");
        } else {
          source.done(delivery->receipt);
        }
      }
    });
  }
  for (int i = 0; i < 6'000 && shared.left() > 0; ++i) {
    std::this_thread::sleep_for(milliseconds{10});
  }
  stop.request_stop();
  workers.clear();
  source.close();
  EXPECT_EQ(shared.left(), 0U);
  EXPECT_EQ(source.counts().deleted, static_cast<std::uint64_t>(kMessages));
  EXPECT_FALSE(failed.empty());
  for (int i = 0; i < kMessages; ++i) {
    const bool is_put_aside = source.counts().dead_lettered > 0 && failed.contains(event(i));
    EXPECT_TRUE(done.contains(event(i)) || is_put_aside) << i;
  }
}

TEST(SqsSource, ClosingDeletesWhatIsDoneAndNothingElse) {
  SharedSqs shared;
  shared.with([](FakeSqs& queue) {
    for (int i = 0; i < 25; ++i) queue.add(event(i));
  });
  const std::stop_token go_on;
  SqsSource source({.visibility = seconds{600}, .linger = seconds{600}}, shared.ports());
  std::set<std::string> done;
  for (int i = 0; i < 7; ++i) {
    const auto delivery = source.next(go_on).value();
    ASSERT_TRUE(delivery);
    source.done(delivery->receipt);
    done.insert(delivery->bytes);
  }
  const auto under_way = source.next(go_on).value();
  ASSERT_TRUE(under_way);
  source.close();
  shared.with([&](FakeSqs& queue) {
    const SteadyTime now = std::chrono::steady_clock::now();
    for (const auto& [id, message] : queue.messages) {
      EXPECT_EQ(message.is_deleted, done.contains(message.body)) << id;
      EXPECT_TRUE(message.is_deleted || message.visible_at <= now) << "given back at once";
    }
  });
}

TEST(SqsSource, AStopEndsAWaitAndAnErrorIsTold) {
  SharedSqs shared;
  SqsSource source(kQuick, shared.ports());
  std::stop_source stop;
  std::vector<std::jthread> workers;
  std::atomic<int> ended{0};
  for (int i = 0; i < 6; ++i) {  // More than receive at once.
    workers.emplace_back([&] {
      EXPECT_FALSE(source.next(stop.get_token()).value());
      ++ended;
    });
  }
  std::this_thread::sleep_for(milliseconds{30});
  EXPECT_EQ(ended, 0);
  stop.request_stop();
  workers.clear();
  shared.with([](FakeSqs& queue) {
    queue.fault = [](std::string_view) { return FakeSqs::Fault::Before; };
    queue.failure = refused("AccessDenied");
  });
  EXPECT_FALSE(source.next({}));
  source.close();
}

TEST(SqsSource, RefusesASetupThatCannotWork) {
  aws::Session session;
  const Note note = [](std::string_view) {};
  const SqsSetup good{
      .queue_url = FakeSqs::kUrl, .dead_letter_path = {}, .dead_letter_queue_url = {}};
  const auto refused_as = [&](auto change) {
    SqsSetup setup = good;
    change(setup);
    const auto source = SqsSource::open(session, setup, note);
    return source ? std::string() : to_string(source.error());
  };
  using testing::HasSubstr;
  EXPECT_THAT(refused_as([](SqsSetup& s) { s.queue_url = "events"; }),
              testing::Not(testing::IsEmpty()));
  EXPECT_THAT(refused_as([](SqsSetup& s) { s.dead_letter_queue_url = s.queue_url; }),
              HasSubstr("is the queue that is read"));
  EXPECT_THAT(refused_as([](SqsSetup& s) { s.options.visibility = seconds{5}; }),
              HasSubstr("10 s to 3600 s"));
  EXPECT_THAT(refused_as([](SqsSetup& s) { s.options.receives_max = 0; }), HasSubstr("once"));
}

}  // namespace
}  // namespace trailwarden::source
