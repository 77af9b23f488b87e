#include "aws/instance_metadata.h"

#include "local_http.h"
#include "provider_world.h"

namespace trailwarden::aws {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr char kTokenPath[] = "/latest/api/token";
constexpr char kRoles[] = "/latest/meta-data/iam/security-credentials/";

std::string keys_until(const std::string& expiration) {
  return R"({"Code":"Success","AccessKeyId":"AKID","SecretAccessKey":"S3CR3T",)"
         R"("Token":"S3CR3T-T","Expiration":")" +
         expiration + "\"}";
}

// An instance whose parts a test may change.
struct Instance {
  LocalReply token{.body = "TOKEN-1"};
  LocalReply roles{.body = "audit\n"};
  LocalReply keys{.body = keys_until("2027-01-15T14:00:00Z")};
  std::string accepts = "TOKEN-1";  // Empty: also questions without a token.

  LocalReply answer(const LocalRequest& request) const {
    if (request.method == "PUT" && request.target == kTokenPath) return token;
    if (!accepts.empty() && request.header("x-aws-ec2-metadata-token") != accepts) {
      return {.status = 401};
    }
    if (request.target == kRoles) return roles;
    if (request.target == std::string(kRoles) + "audit") return keys;
    if (request.target == "/latest/meta-data/placement/region") return {.body = "eu-north-1"};
    return {.status = 404};
  }
};

class InstanceMetadataTest : public ProviderWorld {
 protected:
  void SetUp() override {
    ProviderWorld::SetUp();
    variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.url() + "/";
  }
  Outcome<Credentials> fetch() { return instance_credentials(context())->fetch({}); }
  std::string asked() const {
    std::string text;
    for (const auto& request : server.requests()) {
      text += request.method + (request.target == kTokenPath ? " token; " : "; ");
    }
    return text;
  }

  std::mutex mutex;
  Instance instance;
  LocalHttp server{[this](const LocalRequest& request) {
    const std::lock_guard lock(mutex);
    return instance.answer(request);
  }};
};

TEST_F(InstanceMetadataTest, AsksWithASessionToken) {
  const auto keys = fetch();
  ASSERT_TRUE(keys) << message_of(keys);
  EXPECT_EQ(keys->access_key_id, "AKID");
  EXPECT_EQ(keys->session_token, "S3CR3T-T");
  EXPECT_EQ(keys->expires, now + hours{6});
  EXPECT_EQ(asked(), "PUT token; GET; GET; ");
  EXPECT_EQ(server.requests()[0].header("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
}

TEST_F(InstanceMetadataTest, OneTokenServesForSixHours) {
  const auto source = instance_credentials(context());
  EXPECT_TRUE(source->fetch({}));
  now += hours{6} - seconds{1};
  EXPECT_TRUE(source->fetch({}));
  EXPECT_EQ(asked(), "PUT token; GET; GET; GET; GET; ");
  now += seconds{1};
  EXPECT_TRUE(source->fetch({}));
  EXPECT_EQ(asked(), "PUT token; GET; GET; GET; GET; PUT token; GET; GET; ");
}

TEST_F(InstanceMetadataTest, ATokenThatIsForgottenIsAskedForAgainOnce) {
  const auto source = instance_credentials(context());
  EXPECT_TRUE(source->fetch({}));
  {
    const std::lock_guard lock(mutex);
    instance.token.body = instance.accepts = "TOKEN-2";
  }
  EXPECT_TRUE(source->fetch({}));
  EXPECT_EQ(asked(), "PUT token; GET; GET; GET; PUT token; GET; GET; ");
  {
    const std::lock_guard lock(mutex);
    instance.accepts = "another";
  }
  EXPECT_THAT(message_of(InstanceMetadata(context()).get(kRoles, {})), HasSubstr("HTTP 401"));
}

TEST_F(InstanceMetadataTest, FallsBackToTheFirstVersionWhereTokensAreUnknown) {
  instance.accepts = "";
  for (const int status : {403, 404, 405}) {
    instance.token = {.status = status};
    EXPECT_TRUE(fetch()) << status;
    EXPECT_EQ(server.requests().back().header("x-aws-ec2-metadata-token"), "");
  }
  instance.token = {.is_silent = true};
  EXPECT_TRUE(fetch());
}

TEST_F(InstanceMetadataTest, DoesNotFallBackOtherwise) {
  instance.accepts = "";
  for (const int status : {400, 500}) {
    instance.token = {.status = status};
    EXPECT_THAT(message_of(fetch()), HasSubstr("HTTP " + std::to_string(status))) << status;
  }
  instance.token = {.status = 403};
  write(".aws/config", "[default]\nec2_metadata_v1_disabled = true\n");
  EXPECT_THAT(message_of(fetch()), HasSubstr("HTTP 403 to a question for a token"));
  write(".aws/config", "");
  variables["AWS_EC2_METADATA_V1_DISABLED"] = "True";
  EXPECT_THAT(message_of(fetch()), HasSubstr("HTTP 403 to a question for a token"));
  instance.token = {.is_silent = true};
  EXPECT_NE(message_of(fetch()), "");
}

// Nobody but a proxy can be asked for these addresses in a test.
TEST_F(InstanceMetadataTest, KnowsTheServicesOwnAddresses) {
  variables.erase("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  const auto asked_for = [&] {
    ProviderContext world = context();
    world.direct = std::make_shared<net::Client>(net::Route{.http_proxy = server.url()});
    EXPECT_FALSE(InstanceMetadata(world).get("/x", {}));
    return server.requests().back().target;
  };
  instance.token = {.status = 500};
  EXPECT_EQ(asked_for(), "http://169.254.169.254/latest/api/token");
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv6";
  EXPECT_EQ(asked_for(), "http://[fd00:ec2::254]/latest/api/token");
}

TEST_F(InstanceMetadataTest, SaysWhatIsWrong) {
  instance.roles = {.status = 404};
  EXPECT_EQ(message_of(fetch()), "the instance has no role");
  instance.roles = {.body = "\n"};
  EXPECT_EQ(message_of(fetch()), "the instance has no role");
  instance.roles = {.body = "audit"};
  instance.keys = {.body = R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot"})"};
  EXPECT_EQ(message_of(fetch()), "AssumeRoleUnauthorizedAccess: EC2 cannot");
  instance.keys = {.body = R"({"AccessKeyId":"A","SecretAccessKey":"S3CR3T"})"};
  EXPECT_EQ(message_of(fetch()), "the answer has no Expiration");
  instance.keys = {.status = 503};
  EXPECT_THAT(message_of(fetch()), HasSubstr("HTTP 503"));
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "nowhere";
  EXPECT_THAT(message_of(fetch()), HasSubstr("AWS_EC2_METADATA_SERVICE_ENDPOINT: a URL must"));
}

TEST_F(InstanceMetadataTest, ExpiredKeysGoOnThroughAnOutage) {
  instance.keys.body = keys_until("2027-01-15T07:00:00Z");  // An hour ago.
  const auto keys = fetch();
  ASSERT_TRUE(keys) << message_of(keys);
  // Renewed 15 minutes before the expiry: 17 to 25 minutes from now.
  EXPECT_GE(*keys->expires, now + minutes{32});
  EXPECT_LE(*keys->expires, now + minutes{40});
}

TEST_F(InstanceMetadataTest, OldKeysGoOnWhileTheServiceIsDown) {
  const auto source = instance_credentials(context());
  ASSERT_TRUE(source->fetch({}));
  {
    const std::lock_guard lock(mutex);
    instance.keys = {.status = 500};
  }
  now += hours{5};
  EXPECT_EQ(source->fetch({})->expires, now + hours{1});
  now += hours{5};
  const auto keys = source->fetch({});
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->access_key_id, "AKID");
  EXPECT_GE(*keys->expires, now + minutes{32});
}

TEST_F(InstanceMetadataTest, KnowsTheRegion) {
  EXPECT_EQ(instance_region(context(), {}).value(), "eu-north-1");
  variables["AWS_EC2_METADATA_DISABLED"] = "TRUE";
  EXPECT_THAT(message_of(instance_region(context(), {})), HasSubstr("disabled"));
}

}  // namespace
}  // namespace trailwarden::aws
