#include "cli/aws_session.h"

#include <condition_variable>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "aws/default_chain.h"
#include "aws/settings.h"
#include "aws/sts.h"

namespace trailwarden::cli {
namespace {

std::string first_variable(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (auto value = variable(name)) return *std::move(value);
  }
  return {};
}

std::optional<std::string> option(const Request& request, std::string_view name) {
  if (!request.has(name)) return std::nullopt;
  return request.text(name);
}

// Whom to trust: as the AWS CLI finds it, then as other tools do.
std::string ca_bundle(const aws::Settings& settings) {
  if (auto named = variable("AWS_CA_BUNDLE")) return *std::move(named);
  if (const auto profile = settings.files.profiles.find(settings.profile);
      profile != settings.files.profiles.end()) {
    if (const auto named = profile->second.find("ca_bundle"); named != profile->second.end()) {
      return named->second;
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): never set
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

void sleep_for(std::chrono::milliseconds span, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, span, [] { return false; });
}

std::shared_ptr<net::Client> make_http_client(std::string ca_bundle) {
  if (ca_bundle.empty()) ca_bundle = first_variable({"SSL_CERT_FILE"});
  return std::make_shared<net::Client>(net::Route{
      .https_proxy = first_variable({"https_proxy", "HTTPS_PROXY"}),
      .http_proxy = first_variable({"http_proxy", "HTTP_PROXY"}),
      .no_proxy = first_variable({"no_proxy", "NO_PROXY"}),
      .ca_bundle = std::move(ca_bundle),
  });
}

bool is_s3_url(std::string_view input) { return input.starts_with("s3://"); }

Result<aws::Session> open_aws_session(const Request& request) {
  auto settings = std::make_shared<const aws::Settings>(TW_TRY(aws::load_settings(
      variable, {.profile = option(request, "profile"), .region = option(request, "region")})));
  aws::Session session;
  session.settings = settings;
  session.http = make_http_client(ca_bundle(*settings));
  session.sleep = sleep_for;
  session.credentials = TW_TRY(aws::default_chain({.settings = settings,
                                                   .http = session.http,
                                                   .direct = {},
                                                   .sts = aws::make_sts_calls(session),
                                                   .now = session.now,
                                                   .sleep = session.sleep}));
  return session;
}

}  // namespace trailwarden::cli
