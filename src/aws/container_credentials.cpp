#include "aws/container_credentials.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "aws/key_document.h"

namespace trailwarden::aws {
namespace {

constexpr char kRelative[] = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr char kFull[] = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr unsigned kAttempts = 3;
constexpr auto kPause = std::chrono::seconds{1};
constexpr net::Limits kLimits{.connect = std::chrono::seconds{2},
                              .silence = std::chrono::seconds{2},
                              .total = std::chrono::seconds{2},
                              .body_bytes = std::size_t{1} << 20};

// The agents of ECS and EKS, at addresses that leave the machine on no wire.
constexpr std::array<std::string_view, 5> kPlainHosts = {"localhost", "169.254.170.2",
                                                         "169.254.170.23", "fd00:ec2::23", "::1"};

// 127.0.0.0/8, in digits: "127.example.com" is no address.
bool is_loopback(std::string_view host) {
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos;
}

bool is_plain_host(std::string_view host) {
  return is_loopback(host) ||
         std::find(kPlainHosts.begin(), kPlainHosts.end(), host) != kPlainHosts.end();
}

class ContainerCredentials final : public CredentialsSource {
 public:
  explicit ContainerCredentials(ProviderContext context) : context_(std::move(context)) {}

  Outcome<Credentials> fetch(const std::stop_token& stop) override {
    const auto url = this->url();
    if (!url) return no_credentials(url.error().message);
    const auto authorization = this->authorization();
    if (!authorization) return no_credentials(authorization.error().message);
    net::Request request{"GET", *url, {{"Accept", "application/json"}}, {}};
    if (!authorization->empty()) request.headers.emplace_back("Authorization", *authorization);

    for (unsigned attempt = 1;; ++attempt) {
      auto keys = ask(request, stop);
      const bool is_last = attempt == kAttempts || stop.stop_requested();
      if (keys || is_last) return keys;
      context_.sleep(kPause, stop);
    }
  }

  std::string name() const override { return "the container's role"; }

 private:
  std::string variable(const char* key) const {
    return context_.settings->environment(key).value_or("");
  }

  Result<net::Url> url() const {
    if (const std::string path = variable(kRelative); !path.empty()) {
      if (!path.starts_with('/')) {
        return fail(ErrorCode::Usage, std::string(kRelative) + " must begin with a slash");
      }
      return net::parse_url("http://169.254.170.2" + path);
    }
    auto url = net::parse_url(variable(kFull));
    if (!url) return fail(ErrorCode::Usage, std::string(kFull) + ": " + url.error().message);
    if (url->scheme == "https" || is_plain_host(url->host)) return url;
    return fail(ErrorCode::Usage, std::string(kFull) +
                                      " must use https, or http to this machine or to the "
                                      "addresses of the ECS and EKS agents");
  }

  Result<std::string> authorization() const {
    constexpr char kFile[] = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    std::string token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    if (const std::string path = variable(kFile); !path.empty()) {
      std::ifstream in(path, std::ios::binary);
      token.assign(std::istreambuf_iterator<char>(in), {});
      if (!in.good() && !in.eof()) {
        return fail(ErrorCode::Io, std::string(kFile) + " cannot be read", path);
      }
    }
    if (token.find_first_of("\r\n") == std::string::npos) return token;
    return fail(ErrorCode::Syntax, "the container's authorization token has a line break in it");
  }

  Outcome<Credentials> ask(const net::Request& request, const std::stop_token& stop) const {
    const bool is_plain = request.url.scheme == "http";
    net::Client& client = is_plain ? *context_.direct : *context_.http;
    const auto response = client.send(request, kLimits, stop);
    if (!response) return no_credentials(response.error());
    if (response->status != 200) {
      return no_credentials(request.url.authority() + " answers HTTP " +
                            std::to_string(response->status));
    }
    auto keys = read_key_document(response->body, "Token");
    if (!keys) return no_credentials(keys.error().message);
    return *std::move(keys);
  }

  const ProviderContext context_;
};

}  // namespace

bool has_container_credentials(const Settings& settings) {
  return settings.environment(kRelative) || settings.environment(kFull);
}

std::unique_ptr<CredentialsSource> container_credentials(ProviderContext context) {
  return std::make_unique<ContainerCredentials>(std::move(context));
}

}  // namespace trailwarden::aws
