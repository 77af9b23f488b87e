#include "aws/container_credentials.h"

#include "local_http.h"
#include "provider_world.h"

namespace trailwarden::aws {
namespace {

using testing::HasSubstr;

const std::string kKeys = R"({"AccessKeyId":"AKID","SecretAccessKey":"S3CR3T","Token":"S3CR3T-T",)"
                          R"("Expiration":"2027-01-15T09:00:00Z","AccountId":"111122223333"})";

class ContainerCredentialsTest : public ProviderWorld {
 protected:
  Outcome<Credentials> fetch() { return container_credentials(context())->fetch({}); }
};

TEST_F(ContainerCredentialsTest, ReadsKeysWithTheTokenOfTheEnvironment) {
  LocalHttp agent([](const LocalRequest&) { return LocalReply{.body = kKeys}; });
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url() + "/role?x=1";
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic S3CR3T";
  EXPECT_TRUE(has_container_credentials(*context().settings));
  const auto keys = fetch();
  ASSERT_TRUE(keys) << message_of(keys);
  EXPECT_EQ(keys->access_key_id, "AKID");
  EXPECT_EQ(keys->session_token, "S3CR3T-T");
  EXPECT_EQ(keys->account_id, "111122223333");
  EXPECT_EQ(keys->expires, now + std::chrono::hours{1});
  const LocalRequest request = agent.requests().at(0);
  EXPECT_EQ(request.method + " " + request.target, "GET /role?x=1");
  EXPECT_EQ(request.header("authorization"), "Basic S3CR3T");
}

TEST_F(ContainerCredentialsTest, TheTokensFileGoesBeforeAndIsReadEachTime) {
  LocalHttp agent([](const LocalRequest&) { return LocalReply{.body = kKeys}; });
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url();
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "never";
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (home / "token").string();
  const auto source = container_credentials(context());
  write("token", "first");
  EXPECT_TRUE(source->fetch({}));
  write("token", "second");
  EXPECT_TRUE(source->fetch({}));
  EXPECT_EQ(agent.requests().at(0).header("authorization"), "first");
  EXPECT_EQ(agent.requests().at(1).header("authorization"), "second");
}

// Nobody but a proxy can be asked for the agent's address in a test.
TEST_F(ContainerCredentialsTest, KnowsTheAgentsAddress) {
  LocalHttp proxy([](const LocalRequest&) { return LocalReply{.body = kKeys}; });
  variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/1";
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://localhost:9/";
  ProviderContext world = context();
  world.direct = std::make_shared<net::Client>(net::Route{.http_proxy = proxy.url()});
  EXPECT_TRUE(container_credentials(world)->fetch({}));
  EXPECT_EQ(proxy.requests().at(0).target, "http://169.254.170.2/v2/credentials/1");
}

TEST_F(ContainerCredentialsTest, TriesThreeTimesASecondApart) {
  int calls = 0;
  LocalHttp agent([&](const LocalRequest&) {
    return ++calls < 3 ? LocalReply{.status = 500, .body = kKeys} : LocalReply{.body = kKeys};
  });
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url();
  EXPECT_TRUE(fetch());
  EXPECT_EQ(slept, std::vector(2, std::chrono::milliseconds{1000}));
}

TEST_F(ContainerCredentialsTest, GivesUpAfterThree) {
  LocalHttp agent([](const LocalRequest&) { return LocalReply{.status = 404, .body = kKeys}; });
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url();
  EXPECT_THAT(message_of(fetch()), HasSubstr("answers HTTP 404"));
  EXPECT_EQ(agent.requests().size(), 3U);
}

TEST_F(ContainerCredentialsTest, SaysWhatIsWrongWithTheAnswer) {
  const std::pair<const char*, const char*> cases[] = {
      {"S3CR3T", "no JSON object"},
      {R"({"AccessKeyId":"A","Token":"S3CR3T"})", "no SecretAccessKey"},
      {R"({"Code":"Denied","Message":"no such role"})", "Denied: no such role"},
  };
  for (const auto& [body, says] : cases) {
    LocalHttp agent([&, body = body](const LocalRequest&) { return LocalReply{.body = body}; });
    variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url();
    EXPECT_THAT(message_of(fetch()), HasSubstr(says));
  }
}

TEST_F(ContainerCredentialsTest, SendsItsTokenInTheClearToNoOtherMachine) {
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = kSecret;
  for (const char* url : {"http://example.com/x", "http://127.0.0.1.example.com/x",
                          "http://169.254.169.254/x", "http://10.0.0.1/x"}) {
    variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    EXPECT_THAT(message_of(fetch()), HasSubstr("must use https")) << url;
  }
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "ftp://x";
  EXPECT_THAT(message_of(fetch()), HasSubstr("a URL must begin with"));
  variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "@evil.example/";
  EXPECT_THAT(message_of(fetch()), HasSubstr("must begin with a slash"));
  EXPECT_TRUE(slept.empty());
}

TEST_F(ContainerCredentialsTest, ATokenThatWouldBreakTheHeaderIsRefused) {
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://localhost:9/";
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "S3CR3T\r\nX: y";
  EXPECT_THAT(message_of(fetch()), HasSubstr("line break"));
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (home / "absent").string();
  EXPECT_THAT(message_of(fetch()), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace trailwarden::aws
