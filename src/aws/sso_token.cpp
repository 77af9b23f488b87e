#include "aws/sso_token.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "aws/endpoint.h"
#include "aws/json_text.h"
#include "aws/timestamp.h"
#include "base/hex.h"
#include "base/utc_time.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Service kOidc{.id = "SSO_OIDC",
                        .model = "sso-oidc",
                        .host_prefix = "oidc",
                        .signing_name = "sso-oauth",
                        .protocol = Protocol::RestJson};
constexpr auto kRenewBefore = minutes{15};
// Sessions of IAM Identity Center end after 90 days at the latest; what is longer is nonsense.
constexpr seconds kLifeMax = std::chrono::days{90};
constexpr net::Limits kLimits{.connect = seconds{5},
                              .silence = seconds{10},
                              .total = seconds{20},
                              .body_bytes = std::size_t{1} << 20};

std::string sha1_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

std::string cache_path(const Settings& settings, const SsoSession& session) {
  return settings.environment("HOME").value_or("") + "/.aws/sso/cache/" +
         sha1_hex(session.name.empty() ? session.start_url : session.name) + ".json";
}

std::optional<json::object> read_token(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return read_object(std::string(std::istreambuf_iterator<char>(in), {}));
}

std::string iso_text(SystemTime time) {
  return format_utc(std::chrono::floor<seconds>(time).time_since_epoch().count());
}

// Replaces the file as a whole, for its owner's eyes only. That it cannot be written is no reason
// to fail: the token in hand is good, and the next run renews again.
void write_token(const std::string& path, const json::object& token) {
  std::string draft = path + ".XXXXXX";
  const int file = ::mkostemp(draft.data(), O_CLOEXEC);  // Made with mode 0600.
  if (file < 0) return;
  const std::string text = json::serialize(token);
  const bool is_written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(file);
  if (!is_written || std::rename(draft.c_str(), path.c_str()) != 0) ::unlink(draft.c_str());
}

bool can_renew(const json::object& token, SystemTime now) {
  for (const char* name : {"refreshToken", "clientId", "clientSecret"}) {
    if (text_of(token, name).empty()) return false;
  }
  const auto registered_until = parse_iso8601(text_of(token, "registrationExpiresAt"));
  return registered_until && *registered_until > now;
}

Outcome<json::object> ask_for_token(const ProviderContext& context, const SsoSession& session,
                                    const json::object& token, const std::stop_token& stop) {
  const auto endpoint = endpoint_for(*context.settings, kOidc, session.region);
  if (!endpoint) return no_credentials(endpoint.error().message);
  net::Request request{"POST", endpoint->url, {{"Content-Type", "application/json"}}, {}};
  request.url.target = endpoint->path_prefix + "/token";
  request.body = json::serialize(json::object{{"clientId", text_of(token, "clientId")},
                                              {"clientSecret", text_of(token, "clientSecret")},
                                              {"grantType", "refresh_token"},
                                              {"refreshToken", text_of(token, "refreshToken")}});
  const auto response = context.http->send(request, kLimits, stop);
  if (!response) return no_credentials(response.error());
  auto answer = read_object(response->body);
  if (response->status != 200) {
    const std::string code = answer ? text_of(*answer, "error") : "";
    return no_credentials("the sign-in could not be renewed: " +
                          (code.empty() ? "HTTP " + std::to_string(response->status) : code));
  }
  if (!answer || text_of(*answer, "accessToken").empty()) {
    return no_credentials("the sign-in could not be renewed: the answer has no accessToken");
  }
  return *std::move(answer);
}

// The token with what its renewal changed.
json::object renewed(json::object token, const SsoSession& session, const json::object& answer,
                     SystemTime now) {
  const json::value* life = answer.if_contains("expiresIn");
  const auto expires_in = life != nullptr && life->is_int64() ? life->get_int64() : 0;
  const seconds expires_after{std::clamp<std::int64_t>(expires_in, 0, kLifeMax.count())};
  token["accessToken"] = text_of(answer, "accessToken");
  token["expiresAt"] = iso_text(now + expires_after);
  token["startUrl"] = session.start_url;
  token["region"] = session.region;
  const std::string refresh = text_of(answer, "refreshToken");
  if (!refresh.empty()) token["refreshToken"] = refresh;
  return token;
}

}  // namespace

Outcome<std::string> sso_access_token(const ProviderContext& context, const SsoSession& session,
                                      const std::stop_token& stop) {
  const std::string path = cache_path(*context.settings, session);
  const auto token = read_token(path);
  if (!token || text_of(*token, "accessToken").empty()) {
    return no_credentials("there is no sign-in: " + session.login_hint);
  }
  const auto expires = parse_iso8601(text_of(*token, "expiresAt"));
  if (!expires) return no_credentials("the sign-in has no expiresAt: " + session.login_hint);

  const SystemTime now = context.now();
  const bool is_good = *expires > now;
  if (*expires - now > kRenewBefore) return text_of(*token, "accessToken");
  if (!session.name.empty() && can_renew(*token, now)) {
    const auto answer = ask_for_token(context, session, *token, stop);
    if (answer) {
      const json::object next = renewed(*token, session, *answer, now);
      write_token(path, next);
      return text_of(next, "accessToken");
    }
    if (!is_good) {
      Failure failure = answer.error();
      if (failure.kind != Failure::Kind::Cancelled) failure.message += ": " + session.login_hint;
      return tl::unexpected(std::move(failure));
    }
  }
  if (is_good) return text_of(*token, "accessToken");
  return no_credentials("the sign-in has expired: " + session.login_hint);
}

}  // namespace trailwarden::aws
