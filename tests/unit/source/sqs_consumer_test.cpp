#include "source/sqs_consumer.h"

#include <algorithm>
#include <random>

#include "fake_sqs.h"

namespace trailwarden::source {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Fault = FakeSqs::Fault;
using testing::ElementsAre;
using testing::HasSubstr;

const std::stop_token kGoOn;

std::string event(std::string_view id) {
  return R"({"version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.iam",)"
         R"("detail":{"eventID":")" +
         std::string(id) + R"("}})";
}

std::string objects(const std::vector<std::string>& keys) {
  std::string list;
  for (const std::string& key : keys) list += (list.empty() ? "\"" : ",\"") + key + "\"";
  return R"({"s3Bucket":"logs","s3ObjectKey":[)" + list + "]}";
}

constexpr const char* kTest = R"({"Service":"Amazon S3","Event":"s3:TestEvent"})";

// A consumer, its queue and its world, all in the hands of the test.
struct World {
  SteadyTime now{hours(1)};
  FakeSqs queue{[this] { return now; }};
  std::vector<std::string> notes;
  std::function<aws::Outcome<std::string>(const ObjectRef&)> fetch = [](const ObjectRef& object) {
    return aws::Outcome<std::string>("bytes of " + object.key);
  };
  bool has_dead_letters = true;

  SqsPorts ports() {
    DeadLetters letters =
        DeadLetters::open("", has_dead_letters
                                  ? std::optional(SqsQueue("https://sqs/1/dead", queue.call()))
                                  : std::nullopt)
            .value();
    return {
        .queue = SqsQueue(FakeSqs::kUrl, queue.call()),
        .fetch = [this](const ObjectRef& object, const std::stop_token&) { return fetch(object); },
        .dead_letters = std::move(letters),
        .note = [this](std::string_view line) { notes.emplace_back(line); },
        .now = [this] { return now; },
        .utc = [] { return UnixSeconds{1'700'000'000}; }};
  }
  SqsConsumer consumer(SqsOptions options = {}) { return {options, ports()}; }
  std::size_t times_called(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(queue.calls.begin(), queue.calls.end(),
                      [&](const std::string& call) { return call.starts_with(name); }));
  }
};

void remove_all(SqsConsumer& consumer) { consumer.remove(milliseconds{0}, kGoOn); }

TEST(SqsConsumer, HandsOverAnEventAndDeletesItOnceItIsDone) {
  World world;
  const std::string id = world.queue.add(event("e1"));
  SqsConsumer consumer(SqsOptions{}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  EXPECT_GT(world.queue.last_silence, seconds{20}) << "SQS itself is silent for 20 s";
  const auto delivery = consumer.take(kGoOn);
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->bytes, event("e1"));
  EXPECT_EQ(delivery->name, "sqs message " + id);
  EXPECT_FALSE(consumer.take(kGoOn));
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 1U);
  consumer.done(delivery->receipt);
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 0U);
  EXPECT_EQ(consumer.counts().deleted, 1U);
  EXPECT_EQ(consumer.held(), 0U);
}

TEST(SqsConsumer, DeletesAMessageOnlyWhenAllItsObjectsAreDone) {
  World world;
  world.queue.add(objects({"a", "b"}));
  SqsConsumer consumer(SqsOptions{}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  const auto first = consumer.take(kGoOn);
  const auto second = consumer.take(kGoOn);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->name, "s3://logs/a");
  EXPECT_EQ(second->bytes, "bytes of b");
  consumer.done(second->receipt);
  consumer.done(second->receipt);  // Twice is once.
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 1U);
  consumer.done(first->receipt);
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 0U);
}

TEST(SqsConsumer, AcknowledgesTestsWithoutAWord) {
  World world;
  world.queue.add(kTest);
  SqsConsumer consumer(SqsOptions{}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  EXPECT_FALSE(consumer.take(kGoOn));
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 0U);
  EXPECT_EQ(consumer.counts().without_logs, 1U);
  EXPECT_TRUE(world.notes.empty());
}

TEST(SqsConsumer, KeepsMessagesHiddenBeforeHalfOfTheirTimeIsGone) {
  World world;
  const std::string id = world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{.visibility = seconds{100}}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  const auto delivery = consumer.take(kGoOn);
  for (int i = 0; i < 50; ++i) {
    const auto next = consumer.prolong(kGoOn);
    ASSERT_TRUE(next);
    EXPECT_LT(*next, world.now + seconds{50});
    world.now = *next;
    EXPECT_GT(world.queue.messages[id].visible_at, world.now + seconds{50});
  }
  EXPECT_EQ(world.queue.messages[id].receive_count, 1U);
  consumer.done(delivery->receipt);
  remove_all(consumer);
  EXPECT_FALSE(consumer.prolong(kGoOn)) << "nothing is held any more";
}

TEST(SqsConsumer, ProlongingThatFailedIsTriedAgainInTime) {
  World world;
  const std::string id = world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{.visibility = seconds{100}}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  const SteadyTime visible_at = world.queue.messages[id].visible_at;
  world.now = *consumer.prolong(kGoOn);
  world.queue.fault = [](std::string_view) { return Fault::Before; };
  const auto next = consumer.prolong(kGoOn);
  ASSERT_TRUE(next);
  EXPECT_LT(*next, visible_at - seconds{20});
  EXPECT_THAT(world.notes, ElementsAre(HasSubstr("cannot keep messages hidden")));
  world.queue.fault = [](std::string_view) { return Fault::None; };
  world.now = *next;
  consumer.prolong(kGoOn);
  EXPECT_GT(world.queue.messages[id].visible_at, visible_at);
}

TEST(SqsConsumer, HidesNoLongerThanSqsLetsIt) {
  World world;
  world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{.visibility = seconds{3'600}}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  int prolonged = 0;
  while (const auto next = consumer.prolong(kGoOn)) {
    ASSERT_LT(++prolonged, 100);
    world.now = *next;
  }
  EXPECT_EQ(consumer.counts().lost, 0U) << "no call was made that SQS must refuse";
}

TEST(SqsConsumer, DeletesByTheNewestHandle) {
  World world;
  const std::string id = world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{.visibility = seconds{100}}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  const auto delivery = consumer.take(kGoOn);
  world.now += seconds{150};  // Nobody prolonged: it comes again.
  ASSERT_TRUE(consumer.receive(kGoOn));
  EXPECT_EQ(world.queue.messages[id].receive_count, 2U);
  EXPECT_FALSE(consumer.take(kGoOn)) << "it is being handled";
  EXPECT_EQ(consumer.counts().repeated, 1U);
  consumer.done(delivery->receipt);
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 0U);
}

TEST(SqsConsumer, WhatWasDoneIsDeletedAgainWithoutBeingHandledAgain) {
  World world;
  const std::string id = world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  consumer.done(consumer.take(kGoOn)->receipt);
  remove_all(consumer);
  world.queue.messages[id].is_deleted = false;  // At least once, says the manual.
  world.queue.messages[id].visible_at = world.now;
  ASSERT_TRUE(consumer.receive(kGoOn));
  EXPECT_FALSE(consumer.take(kGoOn));
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 0U);
}

TEST(SqsConsumer, DeletionsThatFailedInPartAreTriedAgain) {
  World world;
  for (int i = 0; i < 10; ++i) world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  while (const auto delivery = consumer.take(kGoOn)) consumer.done(delivery->receipt);
  world.queue.fault = [](std::string_view) { return Fault::Partial; };
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 5U);
  EXPECT_EQ(consumer.undeleted(), 5U);
  world.queue.fault = [](std::string_view) { return Fault::None; };
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 5U) << "not at once";
  world.now += seconds{1};
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 0U);
  EXPECT_EQ(consumer.counts().deleted, 10U);
}

TEST(SqsConsumer, DeletionsThatTheSenderGotWrongAreGivenUp) {
  World world;
  world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  consumer.done(consumer.take(kGoOn)->receipt);
  world.queue.fault = [](std::string_view) { return Fault::SenderFault; };
  remove_all(consumer);
  EXPECT_EQ(consumer.held(), 0U);
  EXPECT_EQ(consumer.counts().deleted, 0U);
  EXPECT_THAT(world.notes, ElementsAre(HasSubstr("ReceiptHandleIsInvalid")));
}

TEST(SqsConsumer, DeletesTenAtOnceOrWhatHasLingered) {
  World world;
  for (int i = 0; i < 12; ++i) world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  ASSERT_TRUE(consumer.receive(kGoOn));
  while (const auto delivery = consumer.take(kGoOn)) consumer.done(delivery->receipt);
  const auto next = consumer.remove(milliseconds{100}, kGoOn);
  EXPECT_EQ(world.queue.calls.back(), "DeleteMessageBatch 10");
  EXPECT_EQ(next, world.now + milliseconds{100});
  consumer.remove(milliseconds{100}, kGoOn);
  EXPECT_EQ(world.times_called("DeleteMessageBatch"), 1U);
  world.now = *next;
  consumer.remove(milliseconds{100}, kGoOn);
  EXPECT_EQ(world.queue.calls.back(), "DeleteMessageBatch 2");
}

TEST(SqsConsumer, AMessageThatFailsComesAgainAndIsPutAsideInTheEnd) {
  World world;
  const std::string id = world.queue.add(objects({"a", "b"}));
  SqsConsumer consumer(SqsOptions{.visibility = seconds{100}, .receives_max = 3}, world.ports());
  for (unsigned time = 1; time <= 3; ++time) {
    ASSERT_TRUE(consumer.receive(kGoOn));
    ASSERT_EQ(world.queue.messages[id].receive_count, time);
    consumer.failed(consumer.take(kGoOn)->receipt, "a rule burst");
    consumer.done(consumer.take(kGoOn)->receipt);
    remove_all(consumer);
    EXPECT_EQ(consumer.counts().left_in_queue, std::min(time, 2U));
    EXPECT_EQ(consumer.counts().dead_lettered, time == 3 ? 1U : 0U);
    world.now += seconds{101};
  }
  EXPECT_EQ(world.queue.left(), 0U);
  ASSERT_EQ(world.queue.sent.size(), 1U);
  EXPECT_THAT(world.queue.sent[0], HasSubstr(R"("reason":"failed 3 times: a rule burst")"));
  EXPECT_THAT(world.queue.sent[0], HasSubstr(R"("message_id":")" + id + '"'));
  EXPECT_THAT(world.queue.sent[0], HasSubstr(R"("receive_count":3)"));
  EXPECT_THAT(world.queue.sent[0], HasSubstr(R"("time":"2023-11-14T22:13:20Z")"));
  EXPECT_THAT(world.queue.sent[0], HasSubstr(R"(\"s3Bucket\":\"logs\")"));
}

TEST(SqsConsumer, WhatIsNoNotificationIsPutAsideAtOnce) {
  World world;
  world.queue.add("hello");
  SqsConsumer consumer(SqsOptions{}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  ASSERT_EQ(world.queue.sent.size(), 1U);
  EXPECT_THAT(world.queue.sent[0], HasSubstr("no JSON text"));
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 0U);
}

TEST(SqsConsumer, WhatIsPutAsideSlowlyHoldsUpNoOther) {
  World world;
  world.queue.add("hello");
  world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{}, world.ports());
  world.queue.fault = [&](std::string_view operation) {
    EXPECT_TRUE(operation != "SendMessage" || consumer.held() == 2) << "both are entered";
    return Fault::None;
  };
  ASSERT_TRUE(consumer.receive(kGoOn));
  EXPECT_EQ(world.queue.sent.size(), 1U);
}

TEST(SqsConsumer, WithoutDeadLettersItIsLeftToTheQueue) {
  World world;
  world.has_dead_letters = false;
  world.queue.add("hello");
  SqsConsumer consumer(SqsOptions{.visibility = seconds{100}}, world.ports());
  for (int time = 0; time < 20; ++time) {
    ASSERT_TRUE(consumer.receive(kGoOn));
    remove_all(consumer);
    world.now += seconds{101};
  }
  EXPECT_EQ(world.queue.left(), 1U);
  EXPECT_EQ(consumer.counts().left_in_queue, 20U);
  EXPECT_EQ(consumer.held(), 0U);
}

TEST(SqsConsumer, ALetterThatCannotBeWrittenLeavesTheMessageWhereItIs) {
  World world;
  world.queue.add("hello");
  world.queue.fault = [](std::string_view operation) {
    return operation == "SendMessage" ? Fault::Before : Fault::None;
  };
  SqsConsumer consumer(SqsOptions{}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 1U);
  EXPECT_EQ(consumer.counts().left_in_queue, 1U);
}

TEST(SqsConsumer, AMessageThatEndsUsEachTimeIsPutAside) {
  World world;
  const std::string id = world.queue.add(event("killer"));
  for (int crash = 0; crash < 10; ++crash) {
    SqsConsumer consumer(SqsOptions{.visibility = seconds{100}, .receives_max = 5}, world.ports());
    ASSERT_TRUE(consumer.receive(kGoOn));
    ASSERT_TRUE(consumer.take(kGoOn));
    world.now += seconds{101};
  }
  SqsConsumer consumer(SqsOptions{.receives_max = 5}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  EXPECT_FALSE(consumer.take(kGoOn));
  ASSERT_EQ(world.queue.sent.size(), 1U);
  EXPECT_THAT(world.queue.sent[0], HasSubstr("received 11 times"));
}

TEST(SqsConsumer, AnObjectThatIsNotThereFailsItsMessage) {
  World world;
  world.queue.add(objects({"a"}));
  world.fetch = [](const ObjectRef&) -> aws::Outcome<std::string> {
    return tl::unexpected(refused("NoSuchKey"));
  };
  SqsConsumer consumer(SqsOptions{.receives_max = 1}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  EXPECT_FALSE(consumer.take(kGoOn));
  ASSERT_EQ(world.queue.sent.size(), 1U);
  EXPECT_THAT(world.queue.sent[0], HasSubstr("s3://logs/a: "));
  EXPECT_THAT(world.queue.sent[0], HasSubstr("NoSuchKey"));
}

TEST(SqsConsumer, AnOutageOfS3IsWaitedOutWithoutBlamingTheMessage) {
  World world;
  const std::string id = world.queue.add(objects({"a"}));
  bool is_away = true;
  world.fetch = [&](const ObjectRef&) -> aws::Outcome<std::string> {
    if (is_away) return tl::unexpected(failure_of(aws::Failure::Kind::Unreachable));
    return "bytes";
  };
  SqsConsumer consumer(SqsOptions{.receives_max = 1}, world.ports());
  ASSERT_TRUE(consumer.receive(kGoOn));
  SteadyTime pause_end = world.now;
  for (int i = 0; i < 12; ++i) {
    EXPECT_FALSE(consumer.take(kGoOn));
    const auto next = consumer.next_part();
    ASSERT_TRUE(next);
    EXPECT_GE(*next - world.now, seconds{1});
    EXPECT_LE(*next - world.now, seconds{60});
    pause_end = *next;
    while (world.now < pause_end) {
      world.now = std::min(pause_end, *consumer.prolong(kGoOn));
      consumer.prolong(kGoOn);
    }
  }
  is_away = false;
  const auto delivery = consumer.take(kGoOn);
  ASSERT_TRUE(delivery);
  consumer.done(delivery->receipt);
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 0U);
  EXPECT_EQ(world.queue.messages[id].receive_count, 1U);
  EXPECT_TRUE(world.queue.sent.empty());
}

TEST(SqsConsumer, AQueueThatIsNotThereIsAnErrorThatSaysSo) {
  World world;
  world.queue.failure = refused("QueueDoesNotExist");
  world.queue.fault = [](std::string_view) { return Fault::Before; };
  SqsConsumer consumer(SqsOptions{}, world.ports());
  const auto received = consumer.receive(kGoOn);
  ASSERT_FALSE(received);
  EXPECT_THAT(received.error().message, HasSubstr(FakeSqs::kUrl));
  EXPECT_THAT(received.error().message, HasSubstr("QueueDoesNotExist"));
  EXPECT_THAT(received.error().message, HasSubstr("is it the URL of a queue in this region?"));
}

TEST(SqsConsumer, TroubleThatPassesIsNotedAndSleptOff) {
  World world;
  world.queue.failure = refused("OverLimit");
  world.queue.fault = [](std::string_view) { return Fault::Before; };
  SqsConsumer consumer(SqsOptions{}, world.ports());
  seconds before{0};
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(consumer.wants_messages());
    ASSERT_TRUE(consumer.receive(kGoOn));
    EXPECT_FALSE(consumer.wants_messages());
    const auto pause =
        std::chrono::duration_cast<seconds>(*consumer.wants_messages_at() - world.now);
    EXPECT_GE(pause, before);
    EXPECT_LE(pause, seconds{60});
    before = pause;
    world.now = *consumer.wants_messages_at();
  }
  ASSERT_EQ(world.notes.size(), 8U);
  EXPECT_THAT(world.notes[0], HasSubstr("OverLimit"));
  EXPECT_THAT(world.notes[0], HasSubstr("is another consumer stuck?"));
}

TEST(SqsConsumer, NoCredentialsAtTheStartAreAnErrorLaterOnTheyAreTrouble) {
  World world;
  world.queue.failure = failure_of(aws::Failure::Kind::Credentials);
  world.queue.fault = [](std::string_view) { return Fault::Before; };
  SqsConsumer consumer(SqsOptions{}, world.ports());
  EXPECT_FALSE(consumer.receive(kGoOn));
  world.queue.fault = [](std::string_view) { return Fault::None; };
  EXPECT_TRUE(consumer.receive(kGoOn));
  world.queue.fault = [](std::string_view) { return Fault::Before; };
  EXPECT_TRUE(consumer.receive(kGoOn));
  EXPECT_EQ(world.notes.size(), 1U);
}

TEST(SqsConsumer, TakesNoMoreThanItMayHold) {
  World world;
  for (int i = 0; i < 30; ++i) world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{.messages_max = 15}, world.ports());
  while (consumer.wants_messages()) ASSERT_TRUE(consumer.receive(kGoOn));
  EXPECT_EQ(consumer.held(), 20U) << "ten at a time";
  EXPECT_FALSE(consumer.wants_messages_at());
  SqsConsumer small(SqsOptions{.body_bytes_max = 1}, world.ports());
  ASSERT_TRUE(small.receive(kGoOn));
  EXPECT_FALSE(small.wants_messages());
}

TEST(SqsConsumer, StoppingGivesBackWhatIsNotDoneAndDeletesNoneOfIt) {
  World world;
  for (int i = 0; i < 23; ++i) world.queue.add(event("e"));
  SqsConsumer consumer(SqsOptions{}, world.ports());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(consumer.receive(kGoOn));
  consumer.done(consumer.take(kGoOn)->receipt);
  consumer.take(kGoOn);  // Handed out, and nobody said what became of it.
  consumer.give_back(kGoOn);
  EXPECT_EQ(world.times_called("ChangeMessageVisibilityBatch"), 3U);
  EXPECT_EQ(world.queue.left(), 23U);
  remove_all(consumer);
  EXPECT_EQ(world.queue.left(), 22U);
  for (const auto& [id, message] : world.queue.messages) {
    EXPECT_TRUE(message.is_deleted || message.visible_at <= world.now) << id;
  }
}

TEST(SqsQueue, KnowsItsRegionByItsUrl) {
  const std::pair<const char*, const char*> cases[] = {
      {"https://sqs.eu-north-1.amazonaws.com/123456789012/events", "eu-north-1"},
      {"https://sqs.cn-north-1.amazonaws.com.cn/1/e", "cn-north-1"},
      {"https://sqs-fips.us-east-1.amazonaws.com/1/e", "us-east-1"},
      {"https://sqs.us-west-2.api.aws/1/e", "us-west-2"},
      {"https://us-west-1.queue.amazonaws.com/1/e", "us-west-1"},
      {"http://localhost:9324/000000000000/e", ""},
      {"https://sqs.example.com/1/e", ""},
      {"https://queue.amazonaws.com/1/e", ""},
      {"events", ""},
  };
  for (const auto& [url, region] : cases) EXPECT_EQ(region_of_queue(url), region) << url;
}

// Whatever happens in whatever order, a message is still in the queue, or was handled to the end,
// or lies among the dead letters with a reason.
class Chaos {
 public:
  explicit Chaos(unsigned seed) : random_(seed) {
    for (int i = 0; i < 40; ++i) add(i);
    world_.queue.fault = [this](std::string_view) { return fault(); };
    world_.fetch = [this](const ObjectRef& object) { return fetch(object); };
    restart();
  }

  void run() {
    for (int step = 0; step < 600; ++step) {
      act(number(12));
      ASSERT_NO_FATAL_FAILURE(check()) << "step " << step;
    }
    restart();  // Of the workers that hang.
    is_calm_ = true;
    for (int step = 0; step < 2'000 && world_.queue.left() > 0; ++step) {
      act(step % 6);
      world_.now += seconds{step % 7 == 0 ? 20 : 0};
    }
    EXPECT_EQ(world_.queue.left(), 0U) << "all is done in the end";
    check();
  }

 private:
  int number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  void add(int i) {
    const std::string name = "m" + std::to_string(i);
    switch (i % 5) {
      case 0:
        world_.queue.add(objects({name + "a", name + "b"}));
        return;
      case 1:
        world_.queue.add("poison " + name);
        return;
      case 2:
        world_.queue.add(kTest);
        return;
      default:
        world_.queue.add(event(name));
        return;
    }
  }

  Fault fault() {
    if (is_calm_ || number(3) != 0) return Fault::None;
    constexpr Fault kFaults[] = {Fault::Before, Fault::After, Fault::Partial, Fault::SenderFault};
    return kFaults[number(4)];
  }

  aws::Outcome<std::string> fetch(const ObjectRef& object) {
    if (!is_calm_ && number(4) == 0) return tl::unexpected(refused("NoSuchKey"));
    if (!is_calm_ && number(4) == 0) {
      return tl::unexpected(failure_of(aws::Failure::Kind::Exhausted));
    }
    return object.key;
  }

  void restart() {
    open_.clear();
    consumer_ = std::make_unique<SqsConsumer>(
        SqsOptions{.visibility = seconds{60}, .receives_max = 4}, world_.ports());
    // Fail at the start only where the test means to.
    is_calm_ = true;
    EXPECT_TRUE(consumer_->receive(kGoOn));
    is_calm_ = false;
  }

  void act(int choice) {
    switch (choice) {
      case 0:
        EXPECT_TRUE(consumer_->receive(kGoOn));
        return;
      case 1:
      case 2:
        if (auto delivery = consumer_->take(kGoOn)) open_.push_back(std::move(*delivery));
        return;
      case 3:
        return finish();
      case 4:
        consumer_->remove(milliseconds{0}, kGoOn);
        return;
      case 5:
        consumer_->prolong(kGoOn);
        return;
      case 6:
      case 7:
        world_.now += seconds{number(10)};
        return;
      case 8:
        return finish();
      case 9:
        world_.now += seconds{number(10) == 0 ? 200 : 1};
        return;
      case 10:
        consumer_->take(kGoOn);
        return;  // A worker that hangs for ever.
      default:
        if (number(12) == 0) restart();
        return;
    }
  }

  void finish() {
    if (open_.empty()) return;
    const auto at = open_.begin() + number(static_cast<int>(open_.size()));
    if (!is_calm_ && number(4) == 0) {
      consumer_->failed(at->receipt, "chaos");
    } else {
      handled_.insert(at->bytes);
      consumer_->done(at->receipt);
    }
    open_.erase(at);
  }

  bool is_handled(const std::string& id, int i) const {
    if (i % 5 == 2) return true;
    if (i % 5 == 0) return handled_.contains(id + "a") && handled_.contains(id + "b");
    return handled_.contains(event(id));
  }

  bool is_among_letters(const std::string& id) const {
    return std::any_of(world_.queue.sent.begin(), world_.queue.sent.end(),
                       [&](const std::string& letter) {
                         return letter.find("\"message_id\":\"" + id + '"') != std::string::npos &&
                                letter.find("\"reason\":\"\"") == std::string::npos;
                       });
  }

  void check() const {
    for (int i = 0; i < 40; ++i) {
      const std::string id = "m" + std::to_string(i);
      if (!world_.queue.messages.at(id).is_deleted) continue;
      ASSERT_TRUE(is_handled(id, i) || is_among_letters(id)) << id << " is lost";
    }
  }

  std::mt19937 random_;
  World world_;
  std::unique_ptr<SqsConsumer> consumer_;
  std::vector<Delivery> open_;
  std::set<std::string> handled_;
  bool is_calm_ = false;
};

TEST(SqsConsumer, NothingIsEverLost) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chaos chaos(seed);
    chaos.run();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace trailwarden::source
