#include "aws/sso_credentials.h"

#include <sys/stat.h>

#include <boost/json.hpp>
#include <iterator>

#include "local_http.h"
#include "provider_world.h"

namespace trailwarden::aws {
namespace {

using std::chrono::hours;
using testing::HasSubstr;

// sha1("corp") and sha1("https://corp.example/start"), by sha1sum.
constexpr char kSessionFile[] = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
constexpr char kLegacyFile[] = ".aws/sso/cache/f7c9b39d0b4c7a7d82c79307585f77e1c5e74378.json";

constexpr char kConfig[] =
    "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n"
    "[profile audit]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Audit R\n"
    "[profile legacy]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n"
    "sso_account_id = 111122223333\nsso_role_name = Audit\n"
    "[profile stray]\nsso_session = none\nsso_account_id = 1\nsso_role_name = r\n"
    "[profile torn]\nsso_session = corp\nsso_region = eu-west-2\nsso_account_id = 1\n"
    "sso_role_name = r\n"
    "[profile short]\nsso_session = corp\nsso_account_id = 1\n";

constexpr char kRoleKeys[] =
    R"({"roleCredentials":{"accessKeyId":"AKID","secretAccessKey":"S3CR3T",)"
    R"("sessionToken":"S3CR3T-T","expiration":1800003600000}})";

std::string token(const std::string& expires, const std::string& more = "") {
  return R"({"accessToken":"S3CR3T-OLD","expiresAt":")" + expires + "\"" + more + "}";
}

const std::string kRenewable =
    R"(,"refreshToken":"S3CR3T-R1","clientId":"C","clientSecret":"S3CR3T-C",)"
    R"("registrationExpiresAt":"2027-02-01T00:00:00Z","scopes":["x"])";

class SsoCredentialsTest : public ProviderWorld {
 protected:
  void SetUp() override {
    ProviderWorld::SetUp();
    write(".aws/config", kConfig);
    variables["AWS_ENDPOINT_URL_SSO"] = server.url();
    variables["AWS_ENDPOINT_URL_SSO_OIDC"] = server.url() + "/oidc";
  }
  Outcome<Credentials> fetch(const std::string& profile = "audit") {
    auto source = sso_credentials(context(), profile);
    if (!source) return no_credentials(to_string(source.error()));
    return (*source)->fetch({});
  }
  boost::json::object saved() const {
    std::ifstream in(home / kSessionFile);
    return boost::json::parse(std::string(std::istreambuf_iterator<char>(in), {})).as_object();
  }
  std::string bearer() const { return server.requests().back().header("x-amz-sso_bearer_token"); }

  std::mutex mutex;
  LocalReply portal{.body = kRoleKeys};
  LocalReply oidc{.body = R"({"accessToken":"S3CR3T-NEW","expiresIn":28800,)"
                          R"("refreshToken":"S3CR3T-R2","tokenType":"Bearer"})"};
  LocalHttp server{[this](const LocalRequest& request) {
    const std::lock_guard lock(mutex);
    return request.target == "/oidc/token" ? oidc : portal;
  }};
};

TEST_F(SsoCredentialsTest, TakesTheTokenOfTheAwsCli) {
  write(kSessionFile, token("2027-01-15T09:00:00UTC"));
  const auto keys = fetch();
  ASSERT_TRUE(keys) << message_of(keys);
  EXPECT_EQ(keys->access_key_id, "AKID");
  EXPECT_EQ(keys->session_token, "S3CR3T-T");
  EXPECT_EQ(keys->account_id, "111122223333");
  EXPECT_EQ(keys->expires, now + hours{1});
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(server.requests()[0].target,
            "/federation/credentials?role_name=Audit%20R&account_id=111122223333");
  EXPECT_EQ(bearer(), "S3CR3T-OLD");
  EXPECT_EQ(server.requests()[0].header("authorization"), "");
}

TEST_F(SsoCredentialsTest, RenewsATokenThatIsAboutToExpireAndSavesIt) {
  write(kSessionFile, token("2027-01-15T08:14:59Z", kRenewable));
  const auto keys = fetch();
  ASSERT_TRUE(keys) << message_of(keys);
  EXPECT_EQ(bearer(), "S3CR3T-NEW");
  const auto request = boost::json::parse(server.requests()[0].body).as_object();
  const boost::json::object expected = {{"clientId", "C"},
                                        {"clientSecret", "S3CR3T-C"},
                                        {"grantType", "refresh_token"},
                                        {"refreshToken", "S3CR3T-R1"}};
  EXPECT_EQ(request, expected);
  EXPECT_EQ(server.requests()[0].header("content-type"), "application/json");

  const auto file = saved();
  EXPECT_EQ(file.at("accessToken"), "S3CR3T-NEW");
  EXPECT_EQ(file.at("refreshToken"), "S3CR3T-R2");
  EXPECT_EQ(file.at("expiresAt"), "2027-01-15T16:00:00Z");
  EXPECT_EQ(file.at("startUrl"), "https://corp.example/start");
  EXPECT_EQ(file.at("region"), "eu-west-1");
  EXPECT_EQ(file.at("clientSecret"), "S3CR3T-C");
  EXPECT_TRUE(file.contains("scopes"));
  struct stat status {};
  ASSERT_EQ(::stat((home / kSessionFile).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const auto files = std::filesystem::directory_iterator(home / ".aws/sso/cache");
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);  // No draft is left.
}

TEST_F(SsoCredentialsTest, AnOldTokenServesWhileItLastsWhenItCannotBeRenewed) {
  write(kSessionFile, token("2027-01-15T08:05:00Z", kRenewable));
  oidc = {.status = 400, .body = R"({"error":"invalid_grant"})"};
  EXPECT_TRUE(fetch());
  EXPECT_EQ(bearer(), "S3CR3T-OLD");
}

TEST_F(SsoCredentialsTest, SaysToSignInWhenTheTokenIsGone) {
  const std::string hint = ": run 'aws sso login --profile audit'";
  EXPECT_EQ(message_of(fetch()), "there is no sign-in" + hint);
  write(kSessionFile, "S3CR3T");
  EXPECT_EQ(message_of(fetch()), "there is no sign-in" + hint);
  write(kSessionFile, token("S3CR3T"));
  EXPECT_EQ(message_of(fetch()), "the sign-in has no expiresAt" + hint);
  write(kSessionFile, token("2027-01-15T08:00:00Z"));
  EXPECT_EQ(message_of(fetch()), "the sign-in has expired" + hint);
  write(kSessionFile, token("2027-01-15T07:00:00Z", kRenewable));
  oidc = {.status = 400, .body = R"({"error":"invalid_grant","error_description":"S3CR3T"})"};
  EXPECT_EQ(message_of(fetch()), "the sign-in could not be renewed: invalid_grant" + hint);
  oidc = {.status = 200, .body = R"({"x":"S3CR3T"})"};
  EXPECT_THAT(message_of(fetch()), HasSubstr("the answer has no accessToken" + hint));
}

TEST_F(SsoCredentialsTest, ARegistrationThatExpiredRenewsNothing) {
  write(kSessionFile, token("2027-01-15T07:00:00Z",
                            R"(,"refreshToken":"S3CR3T","clientId":"C","clientSecret":"S3CR3T",)"
                            R"("registrationExpiresAt":"2027-01-15T07:59:00Z")"));
  EXPECT_THAT(message_of(fetch()), HasSubstr("the sign-in has expired"));
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(SsoCredentialsTest, ALegacyProfilesTokenIsNamedByItsStartUrlAndNeverRenewed) {
  write(kLegacyFile, token("2027-01-15T08:05:00Z", kRenewable));
  const auto keys = fetch("legacy");
  ASSERT_TRUE(keys) << message_of(keys);
  EXPECT_EQ(bearer(), "S3CR3T-OLD");
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(SsoCredentialsTest, SaysWhatThePortalRefuses) {
  write(kSessionFile, token("2027-01-15T09:00:00Z"));
  portal = {.status = 401, .body = kRoleKeys};
  EXPECT_THAT(message_of(fetch()), HasSubstr("no longer valid: run 'aws sso login"));
  portal = {.status = 403, .headers = "x-amzn-errortype: ForbiddenException:http://x\r\n"};
  EXPECT_EQ(message_of(fetch()),
            "the portal answers HTTP 403 ForbiddenException for account 111122223333 (HTTP 403)");
  portal = {.body = R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"S3CR3T"}})"};
  EXPECT_EQ(message_of(fetch()), "the answer's roleCredentials lack a member");
  portal = {.body = R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"S3CR3T",)"
                    R"("sessionToken":"S3CR3T","expiration":9223372036854775807}})"};
  EXPECT_GT(fetch()->expires, now);
  portal = {.body = "S3CR3T"};
  EXPECT_EQ(message_of(fetch()), "the answer has no roleCredentials");
}

TEST_F(SsoCredentialsTest, TriesThreeTimesWhatMayPass) {
  write(kSessionFile, token("2027-01-15T09:00:00Z"));
  portal = {.status = 429};
  EXPECT_THAT(message_of(fetch()), HasSubstr("HTTP 429"));
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(slept.size(), 2U);
}

TEST_F(SsoCredentialsTest, RefusesProfilesThatDoNotSayAll) {
  EXPECT_EQ(message_of(fetch("stray")), "AWS profile stray: there is no [sso-session none]");
  EXPECT_EQ(message_of(fetch("torn")),
            "AWS profile torn: its sso_region contradicts that of its sso-session");
  EXPECT_EQ(message_of(fetch("short")), "AWS profile short: it lacks sso_role_name");
}

}  // namespace
}  // namespace trailwarden::aws
