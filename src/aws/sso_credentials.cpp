#include "aws/sso_credentials.h"

#include <boost/json.hpp>
#include <utility>

#include "aws/endpoint.h"
#include "aws/json_text.h"
#include "aws/sigv4.h"
#include "aws/sso_token.h"
#include "aws/timestamp.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr Service kPortal{.id = "SSO",
                          .model = "sso",
                          .host_prefix = "portal.sso",
                          .signing_name = "awsssoportal",
                          .protocol = Protocol::RestJson};
constexpr unsigned kAttempts = 3;
constexpr auto kPause = seconds{1};
constexpr net::Limits kLimits{.connect = seconds{5},
                              .silence = seconds{10},
                              .total = seconds{20},
                              .body_bytes = std::size_t{1} << 20};

struct PermissionSet {
  std::string profile;
  std::string account;
  std::string role;
  SsoSession session;
};

// {"roleCredentials":{"accessKeyId",…,"expiration": milliseconds since 1970}}
Outcome<Credentials> read_answer(const std::string& body, const std::string& account) {
  const auto document = read_object(body);
  const json::value* inner = document ? document->if_contains("roleCredentials") : nullptr;
  if (inner == nullptr || !inner->is_object()) {
    return no_credentials("the answer has no roleCredentials");
  }
  const json::object& found = inner->get_object();
  const json::value* expiration = found.if_contains("expiration");
  Credentials keys;
  keys.access_key_id = text_of(found, "accessKeyId");
  keys.secret_access_key = text_of(found, "secretAccessKey");
  keys.session_token = text_of(found, "sessionToken");
  keys.account_id = account;
  const bool is_whole = !keys.access_key_id.empty() && !keys.secret_access_key.empty() &&
                        !keys.session_token.empty() && expiration != nullptr &&
                        expiration->is_int64();
  if (!is_whole) return no_credentials("the answer's roleCredentials lack a member");
  keys.expires = at_unix_seconds(expiration->get_int64() / 1000);
  return keys;
}

class SsoCredentials final : public CredentialsSource {
 public:
  SsoCredentials(ProviderContext context, PermissionSet set)
      : context_(std::move(context)), set_(std::move(set)) {}

  Outcome<Credentials> fetch(const std::stop_token& stop) override {
    auto token = sso_access_token(context_, set_.session, stop);
    if (!token) return tl::unexpected(std::move(token).error());
    const auto endpoint = endpoint_for(*context_.settings, kPortal, set_.session.region);
    if (!endpoint) return no_credentials(endpoint.error().message);
    net::Request request{"GET", endpoint->url, {{"x-amz-sso_bearer_token", *token}}, {}};
    request.url.target = endpoint->path_prefix +
                         "/federation/credentials?role_name=" + percent_encode(set_.role) +
                         "&account_id=" + percent_encode(set_.account);

    for (unsigned attempt = 1;; ++attempt) {
      const auto response = context_.http->send(request, kLimits, stop);
      const bool is_passing = response ? response->status == 429 || response->status >= 500
                                       : response.error().kind != net::Failure::Kind::Cancelled;
      if (!is_passing || attempt == kAttempts || stop.stop_requested()) return read(response);
      context_.sleep(kPause * attempt, stop);
    }
  }

  std::string name() const override {
    return "profile " + set_.profile + ", IAM Identity Center role " + set_.role;
  }

 private:
  Outcome<Credentials> read(const net::Outcome<net::Response>& response) const {
    if (!response) return no_credentials(response.error());
    if (response->status == 200) return read_answer(response->body, set_.account);
    if (response->status == 401) {
      return no_credentials("the sign-in is no longer valid: " + set_.session.login_hint);
    }
    const std::string* code = response->header("x-amzn-errortype");
    const std::string reason = code == nullptr ? "" : " " + code->substr(0, code->find(':'));
    auto failure = no_credentials("the portal answers HTTP " + std::to_string(response->status) +
                                  reason + " for account " + set_.account);
    failure.value().status = response->status;
    return failure;
  }

  const ProviderContext context_;
  const PermissionSet set_;
};

// The profile with what its sso-session adds to it.
Result<ProfileFiles::Section> with_session(const Settings& settings, const std::string& profile) {
  ProfileFiles::Section merged = settings.files.profiles.at(profile);
  const auto name = merged.find("sso_session");
  if (name == merged.end()) return merged;
  const auto session = settings.files.sso_sessions.find(name->second);
  if (session == settings.files.sso_sessions.end()) {
    return fail(ErrorCode::Usage,
                "AWS profile " + profile + ": there is no [sso-session " + name->second + "]");
  }
  for (const auto& [key, value] : session->second) {
    const auto [entry, is_new] = merged.try_emplace(key, value);
    if (!is_new && entry->second != value) {
      std::string message = "AWS profile ";
      message.append(profile).append(": its ").append(key);
      return fail(ErrorCode::Usage, message + " contradicts that of its sso-session");
    }
  }
  return merged;
}

}  // namespace

bool has_sso(const ProfileFiles::Section& profile) {
  return profile.contains("sso_account_id") || profile.contains("sso_role_name");
}

Result<std::unique_ptr<CredentialsSource>> sso_credentials(ProviderContext context,
                                                           const std::string& profile) {
  const ProfileFiles::Section merged = TW_TRY(with_session(*context.settings, profile));
  for (const char* key : {"sso_account_id", "sso_role_name", "sso_region", "sso_start_url"}) {
    const auto value = merged.find(key);
    if (value == merged.end() || value->second.empty()) {
      return fail(ErrorCode::Usage, "AWS profile " + profile + ": it lacks " + key);
    }
  }
  const auto session = merged.find("sso_session");
  PermissionSet set;
  set.profile = profile;
  set.account = merged.at("sso_account_id");
  set.role = merged.at("sso_role_name");
  set.session.name = session == merged.end() ? "" : session->second;
  set.session.start_url = merged.at("sso_start_url");
  set.session.region = merged.at("sso_region");
  set.session.login_hint = "run 'aws sso login --profile " + profile + "'";
  return std::unique_ptr<CredentialsSource>(
      std::make_unique<SsoCredentials>(std::move(context), std::move(set)));
}

}  // namespace trailwarden::aws
