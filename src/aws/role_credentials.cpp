#include "aws/role_credentials.h"

#include <fstream>
#include <iterator>
#include <utility>

namespace trailwarden::aws {
namespace {

// STS takes tokens of 4 to 20,000 characters.
constexpr std::size_t kTokenBytesMax = 20'000;

std::string session_name(const Role& role, SystemTime now) {
  if (!role.session_name.empty()) return role.session_name;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  return "trailwarden-" + std::to_string(seconds.count());
}

class AssumedRole final : public CredentialsSource {
 public:
  AssumedRole(ProviderContext context, std::string profile, Role role,
              std::shared_ptr<CredentialsProvider> keys)
      : context_(std::move(context)),
        profile_(std::move(profile)),
        role_(std::move(role)),
        keys_(std::move(keys)) {}

  Outcome<Credentials> fetch(const std::stop_token& stop) override {
    return context_.sts->assume_role({.role_arn = role_.arn,
                                      .session_name = session_name(role_, context_.now()),
                                      .external_id = role_.external_id,
                                      .duration_seconds = role_.duration_seconds},
                                     keys_, stop);
  }

  std::string name() const override { return "profile " + profile_ + ", role " + role_.arn; }

 private:
  const ProviderContext context_;
  const std::string profile_;
  const Role role_;
  const std::shared_ptr<CredentialsProvider> keys_;
};

class WebIdentityRole final : public CredentialsSource {
 public:
  WebIdentityRole(ProviderContext context, std::string token_file, Role role)
      : context_(std::move(context)), token_file_(std::move(token_file)), role_(std::move(role)) {}

  Outcome<Credentials> fetch(const std::stop_token& stop) override {
    std::ifstream in(token_file_, std::ios::binary);
    std::string token(std::istreambuf_iterator<char>(in), {});
    while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
    if (token.empty()) {
      return no_credentials("the web identity token file " + token_file_ +
                            " cannot be read or is empty");
    }
    if (token.size() > kTokenBytesMax) {
      return no_credentials(token_file_ + " is too large for a web identity token");
    }
    return context_.sts->assume_role_with_web_identity(
        {.role_arn = role_.arn,
         .session_name = session_name(role_, context_.now()),
         .token = std::move(token),
         .duration_seconds = role_.duration_seconds},
        stop);
  }

  std::string name() const override { return "web identity, role " + role_.arn; }

 private:
  const ProviderContext context_;
  const std::string token_file_;
  const Role role_;
};

}  // namespace

std::unique_ptr<CredentialsSource> assumed_role(ProviderContext context, std::string profile,
                                                Role role,
                                                std::shared_ptr<CredentialsProvider> keys) {
  return std::make_unique<AssumedRole>(std::move(context), std::move(profile), std::move(role),
                                       std::move(keys));
}

std::unique_ptr<CredentialsSource> web_identity_role(ProviderContext context,
                                                     std::string token_file, Role role) {
  return std::make_unique<WebIdentityRole>(std::move(context), std::move(token_file),
                                           std::move(role));
}

}  // namespace trailwarden::aws
