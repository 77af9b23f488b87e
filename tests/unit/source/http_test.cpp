#include "net/http.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "net/guard.h"
#include "source/http_source.h"

namespace trailwarden::source {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

const std::stop_token kGoOn;
constexpr const char* kKey = "0123456789abcdef-one";
constexpr const char* kOtherKey = "0123456789abcdef-two";
constexpr const char* kEvent = R"({"detail-type":"x","source":"aws.iam","detail":{}})";

net::Request post(std::string body, std::vector<net::Header> headers = {
                                        {"Content-Type", "application/json; charset=utf-8"},
                                        {"x-trailwarden-key", kKey}}) {
  net::Request request;
  request.method = "POST";
  request.url.target = "/events";
  request.headers = std::move(headers);
  request.body = std::move(body);
  return request;
}

HttpRules rules() {
  HttpRules rules;
  rules.keys = {kKey, kOtherKey};
  rules.deadline = seconds{60};  // Tests that mean to wait for it say less.
  return rules;
}

TEST(HttpIntake, RefusesWhatWillNeverDo) {
  HttpIntake intake(rules());
  const net::Header json{"Content-Type", "application/json"};
  const net::Header key{"X-Trailwarden-Key", kKey};
  const auto with = [](net::Request request, auto change) {
    change(request);
    return request;
  };
  const struct {
    const char* why;
    net::Request request;
    unsigned status;
  } cases[] = {
      {"no key", post(kEvent, {json}), 401},
      {"an empty key", post(kEvent, {json, {"X-Trailwarden-Key", ""}}), 401},
      {"a wrong key", post(kEvent, {json, {"X-Trailwarden-Key", "0123456789abcdef-onE"}}), 401},
      {"the beginning of a key", post(kEvent, {json, {"X-Trailwarden-Key", "0123456789"}}), 401},
      {"two keys, one right", post(kEvent, {json, key, {"x-trailwarden-key", "guess"}}), 401},
      {"another path", with(post(kEvent), [](auto& r) { r.url.target = "/"; }), 404},
      {"another path without a key: nothing is told",
       with(post(kEvent, {json}), [](auto& r) { r.url.target = "/"; }), 401},
      {"another method", with(post(kEvent), [](auto& r) { r.method = "GET"; }), 405},
      {"no type", post(kEvent, {key}), 415},
      {"what a form on any web page can send", post(kEvent, {key, {"Content-Type", "text/plain"}}),
       415},
      {"no JSON", post("hello"), 400},
      {"nothing", post(""), 400},
      {"a number", post("1"), 400},
      {"JSON and more", post("{} {}"), 400},
      {"very deep", post(std::string(500'000, '[')), 400},
      {"too large for one event", post("{\"a\":\"" + std::string(262'144, 'x') + "\"}"), 413},
      {"too large for a batch", post("[\"" + std::string(1'048'576, 'x') + "\"]"), 413},
  };
  for (const auto& c : cases) {
    const net::Response response = intake.answer(c.request);
    EXPECT_EQ(response.status, c.status) << c.why << ": " << response.body;
    EXPECT_THAT(response.body, testing::Not(HasSubstr(kKey)));
  }
  EXPECT_EQ(intake.counts().refused, std::size(cases));
  EXPECT_EQ(*intake.answer(cases[7].request).header("Allow"), "POST");
}

TEST(HttpIntake, Says200OnlyWhenTheEventWasHandled) {
  HttpIntake intake(rules());
  for (const char* key : {kKey, kOtherKey}) {
    auto answer = std::async(std::launch::async, [&] {
      return intake.answer(
          post(kEvent, {{"Content-Type", "application/json"}, {"X-TRAILWARDEN-KEY", key}}));
    });
    const auto delivery = intake.next(kGoOn);
    ASSERT_TRUE(delivery);
    EXPECT_EQ(delivery->bytes, kEvent);
    EXPECT_EQ(answer.wait_for(milliseconds{20}), std::future_status::timeout);
    intake.settle(delivery->receipt, true);
    EXPECT_EQ(answer.get().status, 200U);
  }
  EXPECT_EQ(intake.counts().accepted, 2U);
}

TEST(HttpIntake, TakesBatchesAboveTheSizeOfAnEvent) {
  HttpIntake intake(rules());
  for (const std::string& body : {"[\"" + std::string(300'000, 'x') + "\"]",
                                  "{\"Records\":[\"" + std::string(300'000, 'x') + "\"]}"}) {
    auto answer = std::async(std::launch::async, [&] { return intake.answer(post(body)); });
    intake.settle(intake.next(kGoOn)->receipt, true);
    EXPECT_EQ(answer.get().status, 200U);
  }
}

TEST(HttpIntake, Says503WhenItFailed) {
  HttpIntake intake(rules());
  auto answer = std::async(std::launch::async, [&] { return intake.answer(post(kEvent)); });
  intake.settle(intake.next(kGoOn)->receipt, false);
  const net::Response response = answer.get();
  EXPECT_EQ(response.status, 503U);
  EXPECT_NE(response.header("Retry-After"), nullptr);
}

TEST(HttpIntake, Says503WhenItTookTooLongAndTakesTheEventBack) {
  HttpRules impatient = rules();
  impatient.deadline = milliseconds{5};
  HttpIntake intake(impatient);
  EXPECT_EQ(intake.answer(post(kEvent)).status, 503U);
  std::stop_source stop;
  auto next = std::async(std::launch::async, [&] { return intake.next(stop.get_token()); });
  EXPECT_EQ(next.wait_for(milliseconds{20}), std::future_status::timeout) << "it is not there";
  stop.request_stop();
  EXPECT_FALSE(next.get());
}

TEST(HttpIntake, ALateDoneIsNoHarm) {
  HttpRules impatient = rules();
  impatient.deadline = milliseconds{50};
  HttpIntake intake(impatient);
  auto answer = std::async(std::launch::async, [&] { return intake.answer(post(kEvent)); });
  const auto delivery = intake.next(kGoOn);
  ASSERT_TRUE(delivery);
  EXPECT_EQ(answer.get().status, 503U);
  intake.settle(delivery->receipt, true);
  EXPECT_EQ(intake.counts().accepted, 0U);
}

TEST(HttpIntake, Says429WhenTooManyWait) {
  HttpRules few = rules();
  few.waiting_max = 2;
  HttpIntake intake(few);
  std::vector<std::future<net::Response>> answers;
  for (int i = 0; i < 2; ++i) {
    answers.push_back(std::async(std::launch::async, [&] { return intake.answer(post(kEvent)); }));
  }
  const auto first = intake.next(kGoOn);
  const auto second = intake.next(kGoOn);  // Both are in: handed out, they count on.
  const net::Response full = intake.answer(post(kEvent));
  EXPECT_EQ(full.status, 429U);
  EXPECT_EQ(*full.header("Retry-After"), "1");
  EXPECT_EQ(intake.answer(post("hello")).status, 400U) << "that will never do, full or not";
  intake.settle(first->receipt, true);
  intake.settle(second->receipt, true);
  for (auto& answer : answers) EXPECT_EQ(answer.get().status, 200U);
}

TEST(HttpIntake, ClosingTellsThoseWhoWaitAndFinishesWhatIsUnderWay) {
  HttpIntake intake(rules());
  auto under_way = std::async(std::launch::async, [&] { return intake.answer(post(kEvent)); });
  const auto delivery = intake.next(kGoOn);
  intake.close();
  EXPECT_EQ(intake.answer(post(kEvent)).status, 503U);
  EXPECT_FALSE(intake.next(kGoOn));
  intake.settle(delivery->receipt, true);
  EXPECT_EQ(under_way.get().status, 200U);
}

// Whatever a consumer does, who was told 200 had their event handled.
TEST(HttpIntake, NobodyIsTold200ForNothing) {
  HttpRules short_rules = rules();
  short_rules.deadline = milliseconds{3};
  short_rules.waiting_max = 4;
  HttpIntake intake(short_rules);
  std::mutex mutex;
  std::set<std::string> handled;
  std::stop_source stop;
  std::vector<std::jthread> consumers;
  for (int t = 0; t < 2; ++t) {
    consumers.emplace_back([&, t] {
      for (int i = t; auto delivery = intake.next(stop.get_token()); ++i) {
        if (i % 3 == 0) std::this_thread::sleep_for(milliseconds{5});
        if (i % 5 == 0) {
          intake.settle(delivery->receipt, false);
          continue;
        }
        {
          const std::lock_guard lock(mutex);
          handled.insert(delivery->bytes);
        }
        intake.settle(delivery->receipt, true);
      }
    });
  }
  std::map<unsigned, int> statuses;
  std::vector<std::jthread> senders;
  for (int t = 0; t < 6; ++t) {
    senders.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string body = "[" + std::to_string(t * 1000 + i) + "]";
        const unsigned status = intake.answer(post(body)).status;
        const std::lock_guard lock(mutex);
        ++statuses[status];
        EXPECT_TRUE(status != 200 || handled.contains(body)) << body;
      }
    });
  }
  senders.clear();
  stop.request_stop();
  consumers.clear();
  EXPECT_GT(statuses[200], 0);
  EXPECT_GT(statuses[503], 0);
  EXPECT_EQ(statuses[200] + statuses[503] + statuses[429], 300);
}

TEST(HttpSource, NeedsAKeyBeyondLoopback) {
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
    const auto source = HttpSource::open({.address = address, .port = 0, .rules = {}});
    ASSERT_FALSE(source) << address;
    EXPECT_THAT(source.error().message, HasSubstr("set a key"));
  }
  EXPECT_TRUE(HttpSource::open({.address = "127.0.0.1", .port = 0, .rules = {}}));
  HttpSetup weak;
  weak.rules.keys = {"secret"};
  EXPECT_FALSE(HttpSource::open(weak));
}

TEST(HttpSource, AnswersOverTheNetwork) {
  HttpSetup setup;
  setup.rules = rules();
  const auto source = HttpSource::open(setup).value();
  const auto target =
      net::parse_url("http://127.0.0.1:" + std::to_string(source->port()) + "/events").value();
  net::Client client;
  const auto send = [&](net::Request request) {
    request.url = target;
    return client.send(request, net::Limits{}).value().status;
  };
  EXPECT_EQ(send(post(kEvent, {{"Content-Type", "application/json"}})), 401U);
  EXPECT_EQ(send(post("[\"" + std::string(1'048'576, 'x') + "\"]")), 413U);
  auto answer = std::async(std::launch::async, [&] { return send(post(kEvent)); });
  const auto delivery = source->next(kGoOn).value();
  ASSERT_TRUE(delivery);
  source->done(delivery->receipt);
  EXPECT_EQ(answer.get(), 200U);
  source->close();
}

class KeyFile {
 public:
  explicit KeyFile(const std::string& text) {
    const int descriptor = ::mkstemp(path_.data());
    ::close(descriptor);
    std::ofstream(path_) << text;
  }
  ~KeyFile() { ::unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = testing::TempDir() + "keysXXXXXX";
};

TEST(HttpKeys, AreReadALineEach) {
  const KeyFile file(std::string("\n ") + kKey + " \r\n\n" + kOtherKey);
  EXPECT_THAT(net::read_keys(file.path()).value(), testing::ElementsAre(kKey, kOtherKey));
  ::chmod(file.path().c_str(), 0666);
  EXPECT_FALSE(net::read_keys(file.path())) << "others could set a key of theirs";
  EXPECT_FALSE(net::read_keys(KeyFile("\n\n").path()));
  EXPECT_FALSE(net::read_keys(KeyFile("short").path()));
  EXPECT_FALSE(net::read_keys("/nonexistent"));
}

}  // namespace
}  // namespace trailwarden::source
