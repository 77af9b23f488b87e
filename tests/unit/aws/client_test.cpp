// What the client does between its attempts, with a clock, a sleep and randomness of the test's
// own. How it fares with real servers and real faults: tests/aws.
#include "aws/client.h"

#include <barrier>
#include <boost/json/value.hpp>
#include <thread>

#include "aws/sts.h"
#include "local_http.h"

namespace trailwarden::aws {
namespace {

using std::chrono::milliseconds;

class FixedKeys final : public CredentialsProvider {
 public:
  Outcome<Credentials> get(const std::stop_token&) override {
    if (refusal) return tl::unexpected(*refusal);
    Credentials keys;
    keys.access_key_id = "AKID" + std::to_string(discarded);
    keys.secret_access_key = "secret";
    return keys;
  }
  void discard(const Credentials& stale) override {
    EXPECT_EQ(stale.access_key_id, "AKID" + std::to_string(discarded));
    ++discarded;
  }
  std::string name() const override { return "a test"; }

  int discarded = 0;
  std::optional<Failure> refusal;
};

// A server with these replies, the last one again and again, and a session that talks to it.
struct World {
  explicit World(std::vector<LocalReply> replies)
      : server([this, replies](const LocalRequest&) {
          const std::size_t last = replies.size() - 1;
          return replies[std::min(answered++, last)];
        }) {
    auto settings = std::make_shared<Settings>();
    settings->environment = [url = server.url()](const std::string& name) {
      return name == "AWS_ENDPOINT_URL" ? std::optional(url) : std::nullopt;
    };
    settings->region = "eu-central-1";
    settings->attempts_max = 4;
    session.settings = settings;
    session.credentials = keys;
    session.http = std::make_shared<net::Client>();
    session.now = [this] { return now; };
    session.sleep = [this](milliseconds wait, const std::stop_token&) { waits.push_back(wait); };
    session.random = [] { return 0.5; };
  }

  Outcome<boost::json::object> identity(const std::stop_token& stop = {}) {
    return Client(session, kSts).call(kGetCallerIdentity, {}, stop);
  }

  std::atomic<std::size_t> answered{0};
  LocalHttp server;
  SystemTime now{std::chrono::seconds{1'795'336'200}};
  std::shared_ptr<FixedKeys> keys = std::make_shared<FixedKeys>();
  std::vector<milliseconds> waits;
  Session session;
};

LocalReply error(int status, const std::string& code, const std::string& fields = "") {
  return {.status = status,
          .body = "<ErrorResponse><Error><Code>" + code +
                  "</Code><Message>m</Message></Error></ErrorResponse>",
          .headers = fields};
}

LocalReply identity_reply() {
  return {.body =
              "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn</Arn><Account>1"
              "</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"};
}

TEST(Client, WaitsLongerBeforeEachRetry) {
  World world({error(500, "InternalError")});
  const auto answer = world.identity();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Failure::Kind::Exhausted);
  EXPECT_EQ(answer.error().attempts, 4U);
  EXPECT_EQ(world.server.requests().size(), 4U);
  EXPECT_THAT(world.waits,
              testing::ElementsAre(milliseconds(500), milliseconds(1'000), milliseconds(2'000)));
}

TEST(Client, WaitsAsTheServerAsks) {
  World world({error(503, "SlowDown", "Retry-After: 7\r\n"), identity_reply()});
  ASSERT_TRUE(world.identity());
  EXPECT_THAT(world.waits, testing::ElementsAre(milliseconds(7'000)));
}

TEST(Client, StopsBetweenAttempts) {
  World world({error(500, "InternalError")});
  std::stop_source stop;
  world.session.sleep = [&](milliseconds, const std::stop_token&) { stop.request_stop(); };
  const auto answer = world.identity(stop.get_token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Failure::Kind::Cancelled);
  EXPECT_EQ(world.server.requests().size(), 1U);
}

TEST(Client, ItsOwnSleepEndsAtOnceWhenStopped) {
  World world({error(503, "SlowDown", "Retry-After: 20\r\n")});
  world.session.sleep = nullptr;
  std::stop_source stop;
  const auto began = std::chrono::steady_clock::now();
  std::jthread stopper([&] {
    while (world.answered == 0) std::this_thread::yield();
    stop.request_stop();
  });
  const auto answer = world.identity(stop.get_token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Failure::Kind::Cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(15));
}

TEST(Client, RenewsKeysOnceAndSignsWithTheNewOnes) {
  World world({error(403, "ExpiredToken"), identity_reply()});
  ASSERT_TRUE(world.identity());
  const auto requests = world.server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_NE(requests[0].header("authorization").find("Credential=AKID0/"), std::string::npos);
  EXPECT_NE(requests[1].header("authorization").find("Credential=AKID1/"), std::string::npos);
  EXPECT_TRUE(world.waits.empty()) << "nothing has to be waited for";
}

TEST(Client, RenewsKeysOnlyOnce) {
  World world({error(403, "ExpiredToken")});
  const auto answer = world.identity();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Failure::Kind::Credentials);
  EXPECT_EQ(world.keys->discarded, 1);
  EXPECT_EQ(answer.error().attempts, 2U);
}

TEST(Client, CorrectsItsClockByTheServers) {
  World world({error(403, "RequestTimeTooSkewed", "Date: Sun, 22 Nov 2026 09:30:00 GMT\r\n"),
               identity_reply()});
  Client client(world.session, kSts);
  ASSERT_TRUE(client.call(kGetCallerIdentity, {}));
  ASSERT_TRUE(client.call(kGetCallerIdentity, {}));
  std::vector<std::string> dates;
  for (const auto& request : world.server.requests()) dates.push_back(request.header("x-amz-date"));
  EXPECT_THAT(dates,
              testing::ElementsAre("20261122T083000Z", "20261122T093000Z", "20261122T093000Z"));
}

TEST(Client, TwoThreadsFindTheClockWrongAtOnce) {
  LocalHttp server([](const LocalRequest& request) {
    const bool is_right = request.header("x-amz-date") == "20261122T093000Z";
    return is_right ? identity_reply()
                    : error(403, "RequestTimeTooSkewed", "Date: Sun, 22 Nov 2026 09:30:00 GMT\r\n");
  });
  World world({identity_reply()});
  auto settings = std::make_shared<Settings>(*world.session.settings);
  settings->environment = [&](const std::string& name) {
    return name == "AWS_ENDPOINT_URL" ? std::optional(server.url()) : std::nullopt;
  };
  world.session.settings = settings;
  // Both have signed by the wrong clock before either learns better.
  std::atomic<int> asked{0};
  std::barrier<> both{2};
  world.session.now = [&] {
    if (asked++ < 2) both.arrive_and_wait();
    return world.now;
  };
  Client client(world.session, kSts);
  const auto call = [&] {
    const auto answer = client.call(kGetCallerIdentity, {});
    EXPECT_TRUE(answer) << to_string(answer.error());
  };
  { const std::jthread one(call), two(call); }
  call();
  EXPECT_EQ(server.requests().size(), 5U);
}

TEST(Client, AWrongSignatureIsNoWrongClock) {
  World world({error(403, "SignatureDoesNotMatch", "Date: Sun, 22 Nov 2026 08:30:30 GMT\r\n")});
  const auto answer = world.identity();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Failure::Kind::Refused);
  EXPECT_EQ(world.server.requests().size(), 1U);
}

TEST(Client, SaysWhyThereAreNoKeys) {
  World world({identity_reply()});
  Failure refusal;
  refusal.kind = Failure::Kind::Credentials;
  refusal.message = "nothing in the environment, no profile";
  world.keys->refusal = refusal;
  const auto answer = world.identity();
  ASSERT_FALSE(answer);
  EXPECT_EQ(to_string(answer.error()),
            "STS GetCallerIdentity: nothing in the environment, no profile");
  EXPECT_TRUE(world.server.requests().empty());
}

TEST(Client, WithoutAProviderOnlyUnsignedCallsWork) {
  World world({identity_reply()});
  world.session.credentials = nullptr;
  const auto answer = world.identity();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Failure::Kind::Credentials);
}

TEST(Client, WithoutARegionThereIsNoEndpoint) {
  World world({identity_reply()});
  auto settings = std::make_shared<Settings>(*world.session.settings);
  settings->region.clear();
  world.session.settings = settings;
  const auto answer = world.identity();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Failure::Kind::Unreachable);
  EXPECT_NE(answer.error().message.find("region"), std::string::npos) << answer.error().message;
}

TEST(Client, ARawBodyIsMovedToWhereItIsWanted) {
  const boost::json::object name{{"Bucket", "logs"}, {"Key", "k"}};
  // Its fields turn out to be unreadable behind its body.
  World world({{.body = "half, and longer than the whole", .headers = "Last-Modified: never\r\n"},
               {.body = "whole"}});
  std::string body;
  CallOptions options;
  options.body = &body;
  const auto answer = Client(world.session, kS3).call(kGetObject, name, {}, options);
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(body, "whole");
  EXPECT_EQ(answer->at("Body").as_string(), "");
}

TEST(Sts, KeysOfARoleHaveItsAccountAndTheirEnd) {
  World world({{.body = "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
                        "<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                        "<SessionToken>t</SessionToken><Expiration>2026-11-22T09:30:00Z"
                        "</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"}});
  AssumeRoleRequest request;
  request.role_arn = "arn:aws:iam::123456789012:role/a";
  request.session_name = "me";
  request.external_id = "x+y";
  request.duration_seconds = 900;
  const auto keys = make_sts_calls(world.session)->assume_role(request, world.keys, {});
  ASSERT_TRUE(keys) << to_string(keys.error());
  EXPECT_EQ(keys->access_key_id, "ASIA");
  EXPECT_EQ(keys->secret_access_key, "s");
  EXPECT_EQ(keys->session_token, "t");
  EXPECT_EQ(keys->account_id, "123456789012");
  EXPECT_EQ(keys->expires, SystemTime{std::chrono::seconds{1'795'339'800}});
  EXPECT_EQ(world.server.requests().at(0).body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%"
            "2Fa&RoleSessionName=me&DurationSeconds=900&ExternalId=x%2By");
}

TEST(Sts, WebIdentityIsNotSigned) {
  World world({error(400, "IDPCommunicationError"), error(400, "InvalidIdentityToken")});
  WebIdentityRequest request;
  request.role_arn = "arn:aws:iam::123456789012:role/a";
  request.session_name = "me";
  request.token = "jwt";
  const auto keys = make_sts_calls(world.session)->assume_role_with_web_identity(request, {});
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().code, "InvalidIdentityToken");
  EXPECT_EQ(keys.error().attempts, 2U);
  EXPECT_EQ(world.server.requests().at(0).header("authorization"), "");
}

TEST(Sts, TellsWhoOneIs) {
  World world({identity_reply()});
  const auto who = get_caller_identity(world.session);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->account, "1");
  EXPECT_EQ(who->arn, "arn");
}

}  // namespace
}  // namespace trailwarden::aws
