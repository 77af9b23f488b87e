#include "source/s3_source.h"

#include <algorithm>
#include <future>

#include "fake_store.h"

namespace trailwarden::source {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::UnorderedElementsAre;

using Texts = std::vector<std::string>;

constexpr UnixSeconds kMinute = 60;
constexpr UnixSeconds kHour = 3'600;
constexpr UnixSeconds kDay = 86'400;
constexpr UnixSeconds kNoon = 20'000 * kDay + 12 * kHour;  // 2024-10-04

sys_days day_at(UnixSeconds time) { return sys_days{days{static_cast<int>(time / kDay)}}; }

// A trail's bucket in which time passes only when somebody sleeps; things happen at their time.
class Bucket {
 public:
  Bucket() : store(std::make_shared<FakeStore>()) {}

  // A log file whose key says that it was delivered at `named`.
  static std::string key(UnixSeconds named, const std::string& region = "eu-west-1",
                         const std::string& account = "111111111111") {
    std::string day = format_utc(named).substr(0, 10);
    std::replace(day.begin(), day.end(), '-', '/');
    return "AWSLogs/" + account + "/CloudTrail/" + region + "/" + day + "/" +
           format_utc(named).substr(11, 8) + ".json.gz";
  }
  std::string put(const std::string& key, UnixSeconds written, const std::string& body = "log") {
    store->objects[key] = body;
    store->modified[key] = format_utc(written);
    return "s3://logs/" + key;
  }
  // CloudTrail delivers at `time`, into a key that says so.
  std::string deliver(UnixSeconds time) { return put(key(time), time); }

  void at(UnixSeconds time, std::function<void()> what) { happenings.emplace(time, what); }

  S3Ports ports() {
    return {.store = store,
            .utc = [this] { return now; },
            .sleep =
                [this](milliseconds time, const std::stop_token&) {
                  slept.push_back(time);
                  pass(time.count() / 1000);
                },
            .chance = [this] { return chance; },
            .note = [this](std::string_view line) { notes.emplace_back(line); }};
  }

  // A run that is given what an earlier one left.
  std::unique_ptr<S3Source> open(S3Mark mark) {
    return std::make_unique<S3Source>(
        S3Setup{.location = {"logs", "AWSLogs/"}, .mark = mark, .read = kept, .poll = poll},
        ports());
  }

  // What `source` hands out until `end`, each of it done and kept.
  Texts read_until(S3Source& source, UnixSeconds end) {
    stop = {};
    at(end, [this] { stop.request_stop(); });
    Texts names;
    while (auto delivery = source.next(stop.get_token()).value()) {
      names.push_back(delivery->name);
      kept.push_back(delivery->object.value());
      source.done(delivery->receipt);
    }
    return names;
  }

  std::shared_ptr<FakeStore> store;
  UnixSeconds now = kNoon;
  double chance = 0.5;
  std::chrono::seconds poll{60};
  std::vector<milliseconds> slept;
  Texts notes;
  std::vector<ReadObject> kept;  // In the store.
  std::multimap<UnixSeconds, std::function<void()>> happenings;
  std::stop_source stop;

 private:
  void pass(UnixSeconds seconds) {
    now += seconds;
    while (!happenings.empty() && happenings.begin()->first <= now) {
      const auto what = happenings.begin()->second;
      happenings.erase(happenings.begin());
      what();
    }
  }
};

TEST(S3Source, ReadsWhatArrivesOnce) {
  Bucket bucket;
  bucket.deliver(kNoon - kHour);  // Before the run began.
  const std::string first = bucket.deliver(kNoon - 5 * kMinute);
  std::string second;
  bucket.at(kNoon + 5 * kMinute, [&] { second = bucket.deliver(bucket.now); });
  const auto source = bucket.open(s3_mark_from(kNoon - 15 * kMinute));
  const Texts names = bucket.read_until(*source, kNoon + kHour);
  EXPECT_EQ(names, (Texts{first, second}));
  EXPECT_EQ(bucket.store->gets().size(), 2U);
  EXPECT_THAT(bucket.notes, IsEmpty());
}

TEST(S3Source, PollsWithJitter) {
  Bucket bucket;
  bucket.deliver(kNoon);
  const auto source = bucket.open(s3_mark_from(kNoon));
  bucket.chance = 0;
  bucket.at(kNoon + 10 * kMinute, [&] { bucket.chance = 0.999; });
  bucket.read_until(*source, kNoon + 20 * kMinute);
  EXPECT_THAT(bucket.slept, Each(AllOf(Ge(milliseconds{54'000}), Le(milliseconds{66'000}))));
  EXPECT_EQ(bucket.slept.front(), milliseconds{54'000});
  EXPECT_GT(bucket.slept.back(), milliseconds{65'000});
}

// CloudTrail's keys say when a file was to be delivered; it may appear later.
TEST(S3Source, FindsLateFilesOfYesterday) {
  Bucket bucket;
  bucket.poll = std::chrono::minutes{10};
  bucket.deliver(kNoon);
  std::string late;
  bucket.at(kNoon + kHour,
            [&] { late = bucket.put(Bucket::key(kNoon - 20 * kHour), kNoon + kHour); });
  std::string after_midnight;
  bucket.at(kNoon + 13 * kHour,
            [&] { after_midnight = bucket.put(Bucket::key(kNoon + 11 * kHour), bucket.now); });
  const auto source = bucket.open(s3_mark_from(kNoon));
  const Texts names = bucket.read_until(*source, kNoon + 14 * kHour);
  EXPECT_EQ(names, (Texts{"s3://logs/" + Bucket::key(kNoon), late, after_midnight}));
}

TEST(S3Source, ListsYesterdayAndTodayAndForgetsWhatIsOlder) {
  Bucket bucket;
  bucket.poll = std::chrono::minutes{10};
  for (int i = 0; i < 6; ++i) bucket.at(kNoon + i * kDay, [&] { bucket.deliver(bucket.now); });
  const auto source = bucket.open(s3_mark_from(kNoon));
  EXPECT_EQ(source->mark().day, day_at(kNoon) - days{1});
  EXPECT_EQ(bucket.read_until(*source, kNoon + 5 * kDay + kHour).size(), 6U);
  EXPECT_EQ(source->mark().day, day_at(kNoon) + days{4});
}

TEST(S3Source, KnowsOrganisationsRegionsAndWhatHoldsNoEvents) {
  Bucket bucket;
  const std::string one =
      bucket.put("AWSLogs/o-a1/222222222222/CloudTrail/us-east-1/2024/10/04/a.json.gz", kNoon);
  const std::string two = bucket.put(Bucket::key(kNoon, "ap-south-1"), kNoon);
  const std::string three = bucket.put(Bucket::key(kNoon, "eu-west-1"), kNoon);
  bucket.put("AWSLogs/111111111111/CloudTrail-Digest/eu-west-1/2024/10/04/d.json.gz", kNoon);
  bucket.put("AWSLogs/111111111111/CloudTrail-Insight/eu-west-1/2024/10/04/i.json.gz", kNoon);
  const auto source = bucket.open(s3_mark_from(kNoon));
  EXPECT_THAT(bucket.read_until(*source, kNoon + kHour), UnorderedElementsAre(one, two, three));
  EXPECT_THAT(bucket.notes, IsEmpty());
}

TEST(S3Source, TakesOtherLayoutsByTheTimeOfWriting) {
  Bucket bucket;
  bucket.poll = std::chrono::minutes{10};
  bucket.put("AWSLogs/mine/old.json", kNoon - 2 * kDay);
  const std::string fresh = bucket.put("AWSLogs/mine/new.json", kNoon);
  std::string later;
  bucket.at(kNoon + 3 * kDay, [&] { later = bucket.put("AWSLogs/a.json", bucket.now); });
  const auto source = bucket.open(s3_mark_from(kNoon));
  const Texts names = bucket.read_until(*source, kNoon + 4 * kDay);
  EXPECT_EQ(names, (Texts{fresh, later}));
}

TEST(S3Source, GoesOnWhereAnEarlierRunStopped) {
  Bucket bucket;
  const std::string first = bucket.deliver(kNoon);
  S3Mark mark = s3_mark_from(kNoon);
  {
    const auto source = bucket.open(mark);
    EXPECT_EQ(bucket.read_until(*source, kNoon + kHour), Texts{first});
    source->close();
    mark = source->mark();
  }
  bucket.now += 3 * kDay;
  Texts missed;
  for (int i = 0; i < 4; ++i) missed.push_back(bucket.deliver(kNoon + kHour + i * kDay));
  const auto source = bucket.open(parse_s3_mark(to_json(mark)).value());
  EXPECT_EQ(bucket.read_until(*source, bucket.now + kHour), missed) << "in the order of days";
  EXPECT_EQ(source->mark().day, day_at(bucket.now) - days{1});
}

TEST(S3Source, CatchesUpADayAtATime) {
  Bucket bucket;
  Texts all;
  for (int day = -10; day <= 0; ++day) all.push_back(bucket.deliver(kNoon + day * kDay));
  const auto source = bucket.open(s3_mark_from(kNoon - 10 * kDay));
  bucket.at(kNoon + kHour, [&] { bucket.stop.request_stop(); });
  Texts names;
  while (auto delivery = source->next(bucket.stop.get_token()).value()) {
    const sys_days day = delivery->object->day;
    EXPECT_LE(source->mark().day, day);
    EXPECT_GE(source->mark().day, std::min(day, day_at(kNoon) - days{1})) << "others are forgotten";
    names.push_back(delivery->name);
    source->done(delivery->receipt);
  }
  EXPECT_EQ(names, all);
  EXPECT_EQ(bucket.slept.size(), 60U) << "no pauses before it has caught up";
}

TEST(S3Source, MovesOnOnlyWhenAllIsSettled) {
  Bucket bucket;
  bucket.deliver(kNoon - 2 * kDay);
  const std::string today = bucket.deliver(kNoon);
  const S3Mark mark = s3_mark_from(kNoon - 2 * kDay);
  const auto source = bucket.open(mark);
  const auto first = source->next(bucket.stop.get_token()).value();
  auto second =
      std::async(std::launch::async, [&] { return source->next(bucket.stop.get_token()).value(); });
  EXPECT_EQ(second.wait_for(milliseconds{100}), std::future_status::timeout);
  EXPECT_EQ(source->mark().day, mark.day + days{1});
  source->done(first->receipt);
  EXPECT_EQ(second.get()->name, today);
  EXPECT_EQ(source->mark().day, day_at(kNoon) - days{1});
}

TEST(S3Source, WhatCannotBeHandledComesAgainAndHoldsTheMark) {
  Bucket bucket;
  bucket.poll = std::chrono::minutes{10};
  const std::string bad = bucket.deliver(kNoon);
  const auto source = bucket.open(s3_mark_from(kNoon));
  bucket.at(kNoon + 4 * kDay, [&] { bucket.stop.request_stop(); });
  std::vector<UnixSeconds> minutes;
  while (auto delivery = source->next(bucket.stop.get_token()).value()) {
    EXPECT_EQ(delivery->name, bad);
    minutes.push_back((bucket.now - kNoon) / kMinute);
    source->failed(delivery->receipt, "no JSON");
    EXPECT_LE(source->mark().day, day_at(kNoon));
  }
  ASSERT_GE(minutes.size(), 20U);
  EXPECT_THAT(Texts(bucket.notes), ElementsAre(HasSubstr("s3://logs/AWSLogs/: log files that could "
                                                         "not be read for a day are left out: 1")));
  EXPECT_THAT(std::vector(minutes.begin(), minutes.begin() + 4), ElementsAre(0, 10, 20, 30));
  EXPECT_LE(minutes.back(), 24 * 60);
  EXPECT_EQ(source->mark().day, day_at(kNoon) + days{3});
}

TEST(S3Source, AnObjectThatIsDeniedWaitsForItsPermission) {
  Bucket bucket;
  bucket.poll = std::chrono::minutes{10};
  const std::string denied = bucket.deliver(kNoon);
  const std::string other = bucket.deliver(kNoon + 1);
  std::atomic<bool> is_denied = true;
  bucket.store->refuse = [&](const std::string&,
                             const std::string& key) -> std::optional<aws::Failure> {
    if (!is_denied || "s3://logs/" + key != denied) return std::nullopt;
    return FakeStore::failure_of("AccessDenied", 403);
  };
  bucket.at(kNoon + 2 * kHour, [&] { is_denied = false; });
  const auto source = bucket.open(s3_mark_from(kNoon));
  EXPECT_EQ(bucket.read_until(*source, kNoon + kDay), (Texts{other, denied}));
  EXPECT_THAT(bucket.notes.front(),
              AllOf(HasSubstr(denied), HasSubstr("S3 GetObject: AccessDenied (HTTP 403"),
                    HasSubstr("next try in 1 min")));
}

TEST(S3Source, ACutObjectIsNotHandedOut) {
  class CutStore final : public ObjectStore {
   public:
    explicit CutStore(std::shared_ptr<FakeStore> whole) : whole_(std::move(whole)) {}
    aws::Outcome<aws::ListPage> list(const aws::ListRequest& request,
                                     const std::stop_token& stop) override {
      return whole_->list(request, stop);
    }
    aws::Outcome<aws::Object> get(const std::string& bucket, const std::string& key,
                                  std::uint64_t most, const std::stop_token& stop) override {
      auto object = whole_->get(bucket, key, most, stop);
      if (cuts_-- > 0) object->body.pop_back();
      return object;
    }
    aws::Outcome<aws::Object> get_range(const std::string& bucket, const std::string& key,
                                        std::uint64_t begin, std::uint64_t end,
                                        const std::stop_token& stop) override {
      return whole_->get_range(bucket, key, begin, end, stop);
    }

   private:
    std::shared_ptr<FakeStore> whole_;
    std::atomic<int> cuts_{1};
  };
  Bucket bucket;
  bucket.deliver(kNoon);
  S3Ports ports = bucket.ports();
  ports.store = std::make_shared<CutStore>(bucket.store);
  S3Source source({.location = {"logs", "AWSLogs/"}, .mark = s3_mark_from(kNoon)}, ports);
  bucket.at(kNoon + kHour, [&] { bucket.stop.request_stop(); });
  const auto delivery = source.next(bucket.stop.get_token()).value();
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->bytes, "log");
  EXPECT_GE(bucket.now, kNoon + kMinute);
  EXPECT_THAT(bucket.notes, ElementsAre(HasSubstr("came with another size than it was listed")));
}

TEST(S3Source, SaysAtOnceWhatAPersonHasToChange) {
  Bucket bucket;
  bucket.store->refuse = [](const std::string&, const std::string&) {
    return std::optional(FakeStore::failure_of("AccessDenied", 403));
  };
  const auto source = bucket.open(s3_mark_from(kNoon));
  const auto answer = source->next({});
  ASSERT_FALSE(answer);
  EXPECT_THAT(to_string(answer.error()),
              AllOf(HasSubstr("s3://logs/AWSLogs/"), HasSubstr("AccessDenied (HTTP 403")));
}

TEST(S3Source, WaitsOutThrottlingAndWhatIsRefusedLater) {
  Bucket bucket;
  const std::string first = bucket.deliver(kNoon);
  std::atomic<int> status = 503;
  bucket.store->refuse = [&](const std::string& operation,
                             const std::string&) -> std::optional<aws::Failure> {
    if (status == 0 || operation != "ListObjectsV2") return std::nullopt;
    return FakeStore::failure_of(status == 503 ? "SlowDown" : "AccessDenied",
                                 static_cast<unsigned>(status));
  };
  bucket.at(kNoon + 3, [&] { status = 0; });
  std::string second;
  bucket.at(kNoon + 10 * kMinute, [&] {
    second = bucket.deliver(bucket.now);
    status = 403;
  });
  bucket.at(kNoon + 20 * kMinute, [&] { status = 0; });
  const auto source = bucket.open(s3_mark_from(kNoon));
  const Texts names = bucket.read_until(*source, kNoon + kHour);
  EXPECT_EQ(names, (Texts{first, second}));
  ASSERT_GE(bucket.notes.size(), 4U);
  EXPECT_THAT(bucket.notes.front(), AllOf(HasSubstr("SlowDown"), HasSubstr("next try in 1 s")));
  EXPECT_THAT(bucket.notes.back(), AllOf(HasSubstr("AccessDenied"), HasSubstr("next try in 60 s")));
}

TEST(S3Source, AnEmptyBucketIsWaitedFor) {
  Bucket bucket;
  std::string first;
  bucket.at(kNoon + kHour, [&] { first = bucket.deliver(bucket.now); });
  const auto source = bucket.open(s3_mark_from(kNoon));
  const Texts names = bucket.read_until(*source, kNoon + 2 * kHour);
  EXPECT_EQ(names, Texts{first});
  EXPECT_THAT(bucket.notes.front(), HasSubstr("no object has a key that begins so"));
}

// What is in somebody's hands when a listing fails is not handed out a second time.
TEST(S3Source, NothingIsInTwoHands) {
  Bucket bucket;
  bucket.deliver(kNoon);
  const auto source = bucket.open(s3_mark_from(kNoon));
  const auto first = source->next(bucket.stop.get_token()).value();
  ASSERT_TRUE(first);
  std::atomic<bool> fails = true;
  bucket.store->refuse = [&](const std::string&, const std::string&) {
    return fails ? std::optional(FakeStore::failure_of("InternalError", 500)) : std::nullopt;
  };
  // The round that is under way has listed all; its end waits for us.
  auto next =
      std::async(std::launch::async, [&] { return source->next(bucket.stop.get_token()).value(); });
  bucket.at(kNoon + 5 * kMinute, [&] { fails = false; });
  bucket.at(kNoon + kHour, [&] { bucket.stop.request_stop(); });
  source->done(first->receipt);
  EXPECT_FALSE(next.get());
  EXPECT_EQ(bucket.store->gets().size(), 1U);
}

TEST(S3Mark, RoundTrips) {
  const S3Mark mark{.since = kNoon, .day = day_at(kNoon)};
  EXPECT_EQ(to_json(mark), R"({"schema":1,"since":1728043200,"day":"2024-10-04"})");
  EXPECT_EQ(parse_s3_mark(to_json(mark)).value(), mark);
  for (const char* wrong :
       {"", "[]", "{}", R"({"schema":2,"since":1,"day":"2024-10-04"})",
        R"({"schema":1,"since":"1","day":"2024-10-04"})", R"({"schema":1,"since":1,"day":4})",
        R"({"schema":1,"since":1,"day":"2024-13-04"})", R"({"schema":1,"day":"2024-10-04"})"}) {
    EXPECT_FALSE(parse_s3_mark(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace trailwarden::source
