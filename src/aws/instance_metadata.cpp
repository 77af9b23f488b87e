#include "aws/instance_metadata.h"

#include <random>
#include <utility>

#include "aws/key_document.h"
#include "aws/sigv4.h"
#include "base/ascii.h"

namespace trailwarden::aws {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr char kRolePath[] = "/latest/meta-data/iam/security-credentials/";
constexpr auto kTokenLife = seconds{21'600};
// The service is one hop away: who is silent for a second is not there.
constexpr net::Limits kLimits{.connect = seconds{1},
                              .silence = seconds{1},
                              .total = seconds{2},
                              .body_bytes = std::size_t{1} << 20};

// By the environment's `variable`, else by the profile's `key`.
std::string setting(const Settings& settings, const char* variable, std::string_view key) {
  const auto value = settings.environment(variable);
  return value ? *value : settings.in_profile(key).value_or("");
}

tl::unexpected<Failure> refused(const std::string& what, const net::Response& response) {
  auto failure = no_credentials("the instance metadata service answers HTTP " +
                                std::to_string(response.status) + " to " + what);
  failure.value().status = response.status;
  return failure;
}

// Whether a service that does not know tokens answers a question for one like this.
bool is_without_tokens(unsigned status) { return status == 403 || status == 404 || status == 405; }

class InstanceCredentials final : public CredentialsSource {
 public:
  explicit InstanceCredentials(ProviderContext context)
      : now_(context.now), metadata_(std::move(context)) {}

  Outcome<Credentials> fetch(const std::stop_token& stop) override {
    auto keys = ask(stop);
    if (keys) {
      last_ = *keys;
    } else if (!last_ || keys.error().kind == Failure::Kind::Cancelled) {
      return keys;
    }
    if (last_->expires && *last_->expires > now_()) return *last_;
    Credentials extended = *last_;
    extended.expires = now_() + next_look() + minutes{15};
    return extended;
  }

  std::string name() const override { return "the instance's role (IMDS)"; }

 private:
  Outcome<Credentials> ask(const std::stop_token& stop) {
    const auto roles = metadata_.get(kRolePath, stop);
    if (!roles && roles.error().status == 404) return no_credentials("the instance has no role");
    if (!roles) return tl::unexpected(roles.error());
    const std::string role = roles->substr(0, roles->find_first_of("\r\n"));
    if (role.empty()) return no_credentials("the instance has no role");
    const auto document = metadata_.get(kRolePath + percent_encode(role), stop);
    if (!document) return tl::unexpected(document.error());
    auto keys = read_key_document(*document, "Token");
    if (!keys) return no_credentials(keys.error().message);
    if (!keys->expires) return no_credentials("the answer has no Expiration");
    return *std::move(keys);
  }

  // RefreshingCredentials renews 15 minutes before the expiry that it is told.
  seconds next_look() {
    return minutes{15} + seconds{std::uniform_int_distribution<int>{120, 600}(random_)};
  }

  const std::function<SystemTime()> now_;
  InstanceMetadata metadata_;
  std::optional<Credentials> last_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

InstanceMetadata::InstanceMetadata(ProviderContext context) : context_(std::move(context)) {}

Result<net::Url> InstanceMetadata::base() const {
  const Settings& settings = *context_.settings;
  std::string text =
      setting(settings, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
  if (text.empty()) {
    const std::string mode = setting(settings, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                                     "ec2_metadata_service_endpoint_mode");
    text = ascii_lower(mode) == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  }
  auto url = net::parse_url(text);
  if (!url) {
    return fail(ErrorCode::Usage, "AWS_EC2_METADATA_SERVICE_ENDPOINT: " + url.error().message);
  }
  while (url->target.ends_with('/')) url->target.pop_back();
  return url;
}

bool InstanceMetadata::allows_v1() const {
  return ascii_lower(setting(*context_.settings, "AWS_EC2_METADATA_V1_DISABLED",
                             "ec2_metadata_v1_disabled")) != "true";
}

Outcome<void> InstanceMetadata::renew_token(const net::Url& base, const std::stop_token& stop) {
  net::Request request{"PUT", base, {}, {}};
  request.url.target += "/latest/api/token";
  request.headers.emplace_back("x-aws-ec2-metadata-token-ttl-seconds",
                               std::to_string(kTokenLife.count()));
  const auto response = context_.direct->send(request, kLimits, stop);
  const bool is_silent =
      !response && response.error().sent && response.error().kind == net::Failure::Kind::Timeout;
  const bool is_v1 = is_silent || (response && is_without_tokens(response->status));
  if (is_v1 && allows_v1()) {
    token_.clear();
  } else if (!response) {
    return no_credentials(response.error());
  } else if (response->status != 200) {
    return refused("a question for a token", *response);
  } else {
    token_ = response->body;
  }
  token_expires_ = context_.now() + kTokenLife;
  return {};
}

Outcome<net::Response> InstanceMetadata::send(const net::Url& base, std::string_view path,
                                              const std::stop_token& stop) const {
  net::Request request{"GET", base, {}, {}};
  request.url.target += path;
  if (!token_.empty()) request.headers.emplace_back("x-aws-ec2-metadata-token", token_);
  auto response = context_.direct->send(request, kLimits, stop);
  if (!response) return no_credentials(response.error());
  return *std::move(response);
}

Outcome<std::string> InstanceMetadata::get(std::string_view path, const std::stop_token& stop) {
  const auto base = this->base();
  if (!base) return no_credentials(base.error().message);
  bool has_new_token = false;
  while (true) {
    if (!token_expires_ || context_.now() >= *token_expires_) {
      if (auto renewed = renew_token(*base, stop); !renewed) {
        return tl::unexpected(std::move(renewed).error());
      }
      has_new_token = true;
    }
    auto response = send(*base, path, stop);
    if (!response) return tl::unexpected(std::move(response).error());
    if (response->status == 200) return std::move(response->body);
    if (response->status != 401 || has_new_token) return refused(std::string(path), *response);
    token_expires_.reset();  // The service forgot our token: it, or the instance, was restarted.
  }
}

bool is_metadata_disabled(const Settings& settings) {
  return ascii_lower(settings.environment("AWS_EC2_METADATA_DISABLED").value_or("")) == "true";
}

std::unique_ptr<CredentialsSource> instance_credentials(ProviderContext context) {
  return std::make_unique<InstanceCredentials>(std::move(context));
}

Outcome<std::string> instance_region(const ProviderContext& context, const std::stop_token& stop) {
  if (is_metadata_disabled(*context.settings)) {
    return no_credentials("the instance metadata service is disabled");
  }
  return InstanceMetadata(context).get("/latest/meta-data/placement/region", stop);
}

}  // namespace trailwarden::aws
