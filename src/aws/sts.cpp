#include "aws/sts.h"

#include <boost/json/value.hpp>
#include <chrono>
#include <utility>

#include "aws/client.h"
#include "aws/scalar.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, const char* name) {
  return std::string(view(object.at(name).get_string()));
}

// "arn:aws:iam::123456789012:role/Audit" → "123456789012".
std::string account_of(std::string_view arn) {
  for (int field = 0; field < 4; ++field) {
    const auto colon = arn.find(':');
    if (colon == arn.npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return std::string(arn.substr(0, arn.find(':')));
}

Credentials credentials_of(const json::object& output, std::string_view role_arn) {
  const json::object& keys = output.at("Credentials").get_object();
  const std::chrono::duration<double> expires(keys.at("Expiration").get_double());
  return {.access_key_id = text_of(keys, "AccessKeyId"),
          .secret_access_key = text_of(keys, "SecretAccessKey"),
          .session_token = text_of(keys, "SessionToken"),
          .expires = SystemTime(std::chrono::duration_cast<SystemTime::duration>(expires)),
          .account_id = account_of(role_arn)};
}

class ClientStsCalls final : public StsCalls {
 public:
  explicit ClientStsCalls(Session session) : session_(std::move(session)) {
    session_.credentials = nullptr;
  }

  Outcome<Credentials> assume_role(const AssumeRoleRequest& request,
                                   std::shared_ptr<CredentialsProvider> keys,
                                   const std::stop_token& stop) override {
    json::object input{{"RoleArn", request.role_arn}, {"RoleSessionName", request.session_name}};
    if (!request.external_id.empty()) input.emplace("ExternalId", request.external_id);
    if (request.duration_seconds) input.emplace("DurationSeconds", *request.duration_seconds);
    Session session = session_;
    session.credentials = std::move(keys);
    return ask(std::move(session), kAssumeRole, input, request.role_arn, stop);
  }

  Outcome<Credentials> assume_role_with_web_identity(const WebIdentityRequest& request,
                                                     const std::stop_token& stop) override {
    json::object input{{"RoleArn", request.role_arn},
                       {"RoleSessionName", request.session_name},
                       {"WebIdentityToken", request.token}};
    if (request.duration_seconds) input.emplace("DurationSeconds", *request.duration_seconds);
    return ask(session_, kAssumeRoleWithWebIdentity, input, request.role_arn, stop);
  }

 private:
  static Outcome<Credentials> ask(Session session, const Operation& operation,
                                  const json::object& input, const std::string& role_arn,
                                  const std::stop_token& stop) {
    return Client(std::move(session), kSts)
        .call(operation, input, stop)
        .map([&](const json::object& output) { return credentials_of(output, role_arn); });
  }

  Session session_;
};

}  // namespace

std::shared_ptr<StsCalls> make_sts_calls(Session session) {
  return std::make_shared<ClientStsCalls>(std::move(session));
}

Outcome<CallerIdentity> get_caller_identity(const Session& session, const std::stop_token& stop) {
  return Client(session, kSts)
      .call(kGetCallerIdentity, {}, stop)
      .map([](const json::object& output) {
        return CallerIdentity{text_of(output, "Account"), text_of(output, "Arn"),
                              output.contains("UserId") ? text_of(output, "UserId") : ""};
      });
}

}  // namespace trailwarden::aws
