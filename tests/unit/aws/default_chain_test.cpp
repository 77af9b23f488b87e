#include "aws/default_chain.h"

#include "local_http.h"
#include "provider_world.h"

namespace trailwarden::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kRoleArn[] = "arn:aws:iam::111122223333:role/Audit";
constexpr char kStatic[] =
    "[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = S3CR3T\n"
    "aws_session_token = S3CR3T\naws_account_id = 444455556666\n";

class DefaultChainTest : public ProviderWorld {
 protected:
  Outcome<Credentials> keys(std::optional<std::string> profile_option = {}) {
    const auto provider = default_chain(context(std::move(profile_option)));
    if (!provider) return tl::unexpected(to_failure(provider.error()));
    return (*provider)->get({});
  }
  // The access key, or what went wrong.
  std::string found(std::optional<std::string> profile_option = {}) {
    const auto result = keys(std::move(profile_option));
    return result ? result->access_key_id : message_of(result);
  }
  std::string name() { return default_chain(context()).value()->name(); }
  void use(const std::string& profile) { variables["AWS_PROFILE"] = profile; }

  static Failure to_failure(const Error& error) {
    Failure failure;
    failure.message = to_string(error);
    return failure;
  }
};

TEST_F(DefaultChainTest, TheEnvironmentGoesFirst) {
  write(".aws/credentials", kStatic);
  variables["AWS_ACCESS_KEY_ID"] = "ENVIRONMENT";
  variables["AWS_SECRET_ACCESS_KEY"] = kSecret;
  variables["AWS_SESSION_TOKEN"] = "T";
  variables["AWS_CREDENTIAL_EXPIRATION"] = "2027-01-15T09:00:00Z";
  variables["AWS_ACCOUNT_ID"] = "111122223333";
  const auto result = keys();
  ASSERT_TRUE(result) << message_of(result);
  EXPECT_EQ(result->access_key_id, "ENVIRONMENT");
  EXPECT_EQ(result->session_token, "T");
  EXPECT_EQ(result->account_id, "111122223333");
  EXPECT_EQ(result->expires, now + std::chrono::hours{1});
  EXPECT_EQ(name(), "environment");
  // AWS_PROFILE does not go before it, --profile does.
  variables["AWS_PROFILE"] = "default";
  EXPECT_EQ(found(), "ENVIRONMENT");
  EXPECT_EQ(found("default"), "DEFAULT");
}

TEST_F(DefaultChainTest, ABrokenEnvironmentDoesNotFallThrough) {
  write(".aws/credentials", kStatic);
  variables["AWS_ACCESS_KEY_ID"] = "A";
  EXPECT_THAT(found(), HasSubstr("AWS_SECRET_ACCESS_KEY is not set"));
  variables.erase("AWS_ACCESS_KEY_ID");
  variables["AWS_SECRET_ACCESS_KEY"] = kSecret;
  EXPECT_THAT(found(), HasSubstr("no credentials from environment: AWS_ACCESS_KEY_ID is not set"));
  variables["AWS_ACCESS_KEY_ID"] = "A";
  variables["AWS_CREDENTIAL_EXPIRATION"] = "soon";
  EXPECT_THAT(found(), HasSubstr("is no ISO 8601 time"));
  variables["AWS_CREDENTIAL_EXPIRATION"] = "2027-01-15T08:00:00Z";
  EXPECT_THAT(found(), HasSubstr("already expired"));
}

TEST_F(DefaultChainTest, TheProfilesOwnKeys) {
  write(".aws/credentials", std::string(kStatic) + "[half]\naws_access_key_id = A\n" +
                                "[other]\naws_secret_access_key = S3CR3T\n");
  const auto result = keys();
  ASSERT_TRUE(result) << message_of(result);
  EXPECT_EQ(result->access_key_id, "DEFAULT");
  EXPECT_EQ(result->account_id, "444455556666");
  EXPECT_EQ(result->expires, std::nullopt);
  use("half");
  EXPECT_EQ(found(), "no credentials from profile half: aws_secret_access_key is not set");
  use("other");
  EXPECT_EQ(found(), "no credentials from profile other: aws_access_key_id is not set");
}

TEST_F(DefaultChainTest, ARoleThroughProfiles) {
  write(".aws/credentials", kStatic);
  write(".aws/config", std::string("[profile a]\nrole_arn = ") + kRoleArn +
                           "\nsource_profile = b\nexternal_id = X\nrole_session_name = N\n"
                           "duration_seconds = 3600\n"
                           "[profile b]\nrole_arn = MIDDLE\nsource_profile = default\n");
  use("a");
  EXPECT_EQ(found(), std::string("KEYS-OF-") + kRoleArn);
  ASSERT_EQ(sts->roles.size(), 2U);
  EXPECT_EQ(sts->roles[0].role_arn, "MIDDLE");
  EXPECT_EQ(sts->roles[0].session_name, "trailwarden-1800000000");
  EXPECT_EQ(sts->roles[0].duration_seconds, std::nullopt);
  EXPECT_EQ(sts->roles[1].external_id, "X");
  EXPECT_EQ(sts->roles[1].session_name, "N");
  EXPECT_EQ(sts->roles[1].duration_seconds, 3600U);
  EXPECT_THAT(sts->signed_by, ElementsAre("DEFAULT", "KEYS-OF-MIDDLE"));
  EXPECT_EQ(name(), std::string("profile a, role ") + kRoleArn);
}

TEST_F(DefaultChainTest, ARolesKeysAreKeptUntilTheyMustBeRenewed) {
  write(".aws/credentials", std::string(kStatic) + "role_arn = R\nsource_profile = default\n");
  const auto provider = default_chain(context()).value();
  EXPECT_TRUE(provider->get({}));
  EXPECT_TRUE(provider->get({}));
  EXPECT_EQ(sts->roles.size(), 1U);
  provider->discard(*provider->get({}));
  EXPECT_TRUE(provider->get({}));
  EXPECT_EQ(sts->roles.size(), 2U);
}

TEST_F(DefaultChainTest, AFailureOfStsNamesTheProfile) {
  write(".aws/credentials", std::string(kStatic) + "role_arn = R\nsource_profile = default\n");
  Failure refusal;
  refusal.service = "STS";
  refusal.operation = "AssumeRole";
  refusal.code = "AccessDenied";
  refusal.message = "not authorized";
  refusal.status = 403;
  sts->refusal = refusal;
  const auto result = keys();
  EXPECT_EQ(message_of(result),
            "STS AssumeRole: AccessDenied: no credentials from profile default, role R: not "
            "authorized (HTTP 403)");
  EXPECT_EQ(result.error().kind, Failure::Kind::Credentials);
}

TEST_F(DefaultChainTest, ARoleWithANamedSource) {
  LocalHttp agent([](const LocalRequest&) {
    return LocalReply{.body = R"({"AccessKeyId":"AGENT","SecretAccessKey":"S3CR3T","Token":"T"})"};
  });
  write(".aws/config",
        "[profile e]\nrole_arn = R\ncredential_source = Environment\n"
        "[profile c]\nrole_arn = R\ncredential_source = EcsContainer\n"
        "[profile i]\nrole_arn = R\ncredential_source = Ec2InstanceMetadata\n"
        "[profile x]\nrole_arn = R\ncredential_source = ec2instancemetadata\n");
  variables["AWS_ACCESS_KEY_ID"] = "ENVIRONMENT";
  variables["AWS_SECRET_ACCESS_KEY"] = kSecret;
  EXPECT_EQ(found("e"), "KEYS-OF-R");
  EXPECT_THAT(found("c"), HasSubstr("this is no container"));
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url();
  EXPECT_EQ(found("c"), "KEYS-OF-R");
  EXPECT_THAT(found("i"), HasSubstr("no credentials from the instance's role (IMDS)"));
  EXPECT_THAT(found("x"), HasSubstr("credential_source must be Environment"));
  EXPECT_THAT(sts->signed_by, ElementsAre("ENVIRONMENT", "AGENT"));
}

TEST_F(DefaultChainTest, RefusesRolesThatCannotBeAssumed) {
  write(".aws/config",
        "[profile both]\nrole_arn = R\nsource_profile = a\ncredential_source = Environment\n"
        "[profile none]\nrole_arn = R\n"
        "[profile lost]\nrole_arn = R\nsource_profile = nobody\n"
        "[profile empty]\nregion = x\n"
        "[profile keyless]\nrole_arn = R\nsource_profile = empty\n"
        "[profile self]\nrole_arn = R\nsource_profile = self\n"
        "[profile a]\nrole_arn = R\nsource_profile = b\n"
        "[profile b]\nrole_arn = R\nsource_profile = c\n"
        "[profile c]\nrole_arn = R\nsource_profile = a\n"
        "[profile short]\nrole_arn = R\ncredential_source = Environment\nduration_seconds = 899\n"
        "[profile word]\nrole_arn = R\ncredential_source = Environment\nduration_seconds = 1h\n"
        "[profile mfa]\nrole_arn = R\nsource_profile = a\nmfa_serial = arn:aws:iam::1:mfa/me\n"
        "[profile login]\nlogin_session = arn:aws:iam::1:user/me\n");
  const std::pair<const char*, const char*> cases[] = {
      {"both", "AWS profile both: it must have one of source_profile and credential_source"},
      {"none", "AWS profile none: it must have one of"},
      {"lost", "its source_profile nobody does not exist"},
      {"keyless", "its source_profile empty has no credentials"},
      {"self", "leads in a circle: self → self"},
      {"a", "AWS profile c: its source_profile leads in a circle: a → b → c → a"},
      {"short", "its duration_seconds must be from 900 to 43200"},
      {"word", "its duration_seconds must be from 900 to 43200"},
      {"mfa", "run 'aws sts get-session-token'"},
      {"mfa", "credential_process = aws configure export-credentials --profile mfa"},
      {"login", "keys of 'aws login' are not supported"},
  };
  for (const auto& [profile, says] : cases) {
    EXPECT_THAT(found(profile), HasSubstr(says)) << profile;
  }
  EXPECT_TRUE(sts->roles.empty());
}

TEST_F(DefaultChainTest, WebIdentity) {
  write("token", "S3CR3T-JWT-1\n");
  variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = (home / "token").string();
  EXPECT_THAT(found(), HasSubstr("AWS_ROLE_ARN is not"));
  variables["AWS_ROLE_ARN"] = "WEB";
  variables["AWS_ROLE_SESSION_NAME"] = "pod";
  const auto provider = default_chain(context()).value();
  EXPECT_EQ(provider->get({})->access_key_id, "KEYS-OF-WEB");
  write("token", "S3CR3T-JWT-2");  // EKS rotates it.
  provider->discard(*provider->get({}));
  EXPECT_TRUE(provider->get({}));
  ASSERT_EQ(sts->web_identities.size(), 2U);
  EXPECT_EQ(sts->web_identities[0].token, "S3CR3T-JWT-1");
  EXPECT_EQ(sts->web_identities[1].token, "S3CR3T-JWT-2");
  EXPECT_EQ(sts->web_identities[0].session_name, "pod");
  EXPECT_EQ(provider->name(), "web identity, role WEB");

  write("token", "\n");
  EXPECT_THAT(found(), HasSubstr("cannot be read or is empty"));
  write("token", std::string(20'001, 'S'));
  EXPECT_THAT(found(), HasSubstr("too large"));
}

TEST_F(DefaultChainTest, WebIdentityOfAProfileAndItsPlaceInTheOrder) {
  write("token", "S3CR3T");
  const std::string file = (home / "token").string();
  write(".aws/credentials", kStatic);
  write(".aws/config", "[profile web]\nrole_arn = W\nweb_identity_token_file = " + file +
                           "\nsource_profile = default\n"
                           "[profile role]\nrole_arn = R\nsource_profile = default\n");
  use("web");
  EXPECT_EQ(found(), "KEYS-OF-W");
  // The environment's goes before the keys of a profile, behind a role that it assumes.
  variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = file;
  variables["AWS_ROLE_ARN"] = "E";
  use("default");
  EXPECT_EQ(found(), "KEYS-OF-E");
  use("role");
  EXPECT_EQ(found(), "KEYS-OF-R");
  EXPECT_EQ(found("default"), "DEFAULT");
}

TEST_F(DefaultChainTest, AProcessOfTheProfile) {
  write(".aws/config",
        "[default]\ncredential_process = printf "
        "'{\"Version\":1,\"AccessKeyId\":\"P\",\"SecretAccessKey\":\"S3CR3T\"}'\n");
  EXPECT_EQ(found(), "P");
  EXPECT_EQ(name(), "profile default, credential_process");
}

TEST_F(DefaultChainTest, IdentityCenterOfTheProfile) {
  write(".aws/config",
        "[default]\nsso_account_id = 1\nsso_role_name = r\nsso_region = eu-west-1\n"
        "sso_start_url = https://corp.example\n");
  EXPECT_EQ(found(),
            "no credentials from profile default, IAM Identity Center role r: there is no "
            "sign-in: run 'aws sso login --profile default'");
}

TEST_F(DefaultChainTest, TheContainerAndThenTheInstance) {
  LocalHttp agent([](const LocalRequest&) {
    return LocalReply{.body = R"({"AccessKeyId":"AGENT","SecretAccessKey":"S3CR3T","Token":"T"})"};
  });
  LocalHttp instance([](const LocalRequest& request) {
    if (request.method == "PUT") return LocalReply{.body = "TOKEN"};
    if (request.target.ends_with('/')) return LocalReply{.body = "role"};
    return LocalReply{.body = R"({"AccessKeyId":"INSTANCE","SecretAccessKey":"S3CR3T",)"
                              R"("Token":"T","Expiration":"2027-01-15T14:00:00Z"})"};
  });
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = instance.url();
  EXPECT_EQ(found(), "INSTANCE");
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url();
  EXPECT_EQ(found(), "AGENT");
}

TEST_F(DefaultChainTest, NoProxyStandsBeforeTheContainer) {
  LocalHttp agent([](const LocalRequest&) {
    return LocalReply{.body = R"({"AccessKeyId":"AGENT","SecretAccessKey":"S3CR3T","Token":"T"})"};
  });
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url();
  ProviderContext world = context();
  world.http = std::make_shared<net::Client>(net::Route{.http_proxy = "http://127.0.0.1:9"});
  world.direct = nullptr;
  const auto result = default_chain(world).value()->get({});
  ASSERT_TRUE(result) << message_of(result);
  EXPECT_EQ(result->access_key_id, "AGENT");
}

TEST_F(DefaultChainTest, NothingAtAll) {
  EXPECT_THAT(found(), HasSubstr("nor are there AWS keys in the environment, in profile default or "
                                 "from a container: run 'aws configure'"));
  variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_THAT(found(), HasSubstr("no AWS credentials: there are none in the environment"));
}

}  // namespace
}  // namespace trailwarden::aws
