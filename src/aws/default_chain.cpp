#include "aws/default_chain.h"

#include <utility>

#include "aws/container_credentials.h"
#include "aws/instance_metadata.h"
#include "aws/profile_chain.h"
#include "aws/refreshing_credentials.h"
#include "aws/static_credentials.h"

namespace trailwarden::aws {
namespace {

using Provider = std::shared_ptr<CredentialsProvider>;

// The end of the chain. That this is no instance is the same as that nobody configured anything.
class LastResort final : public CredentialsSource {
 public:
  explicit LastResort(const ProviderContext& context)
      : profile_(context.settings->profile), instance_(instance_credentials(context)) {}

  Outcome<Credentials> fetch(const std::stop_token& stop) override {
    auto keys = instance_->fetch(stop);
    if (keys) {
      was_found_ = true;
    } else if (!was_found_ && keys.error().kind != Failure::Kind::Cancelled) {
      keys.error().message += "; nor are there AWS keys in the environment, in profile " +
                              profile_ +
                              " or from a container: run 'aws configure' or 'aws sso login', or "
                              "name a profile";
    }
    return keys;
  }

  std::string name() const override { return instance_->name(); }

 private:
  const std::string profile_;
  const std::unique_ptr<CredentialsSource> instance_;
  bool was_found_ = false;
};

// No provider at all, where the user switched the last one off.
tl::unexpected<Error> nothing_configured(const Settings& settings) {
  return fail(ErrorCode::Usage,
              "no AWS credentials: there are none in the environment, in profile " +
                  settings.profile +
                  " or from a container, and AWS_EC2_METADATA_DISABLED is set; run 'aws configure' "
                  "or 'aws sso login', or name a profile");
}

Provider kept(const ProviderContext& context, std::unique_ptr<CredentialsSource> source) {
  return std::make_shared<RefreshingCredentials>(std::move(source), context.now);
}

}  // namespace

Result<std::shared_ptr<CredentialsProvider>> default_chain(ProviderContext context) {
  if (!context.direct) context.direct = std::make_shared<net::Client>();
  const Settings& settings = *context.settings;
  const bool environment_counts = !settings.profile_by_option;
  if (environment_counts && has_environment_keys(settings)) {
    return kept(context, environment_credentials(context.settings));
  }
  if (environment_counts && !assumes_role(settings, settings.profile)) {
    if (auto provider = TW_TRY(environment_web_identity(context))) return provider;
  }
  if (auto provider = TW_TRY(profile_provider(context, settings.profile))) return provider;
  if (has_container_credentials(settings)) return kept(context, container_credentials(context));
  if (is_metadata_disabled(settings)) return nothing_configured(settings);
  return kept(context, std::make_unique<LastResort>(context));
}

}  // namespace trailwarden::aws
