#include "stores.h"

#include <cstdlib>
#include <thread>

#include "aws/settings.h"

namespace trailwarden::shared_store {
namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): never set
  return value == nullptr ? std::string() : value;
}

class AnyKeys final : public aws::CredentialsProvider {
 public:
  aws::Outcome<aws::Credentials> get(const std::stop_token&) override {
    aws::Credentials keys;
    keys.access_key_id = "AKIDEXAMPLE";
    keys.secret_access_key = "secret";
    return keys;
  }
  void discard(const aws::Credentials&) override {}
  std::string name() const override { return "test"; }
};

Result<aws::Session> session() {
  aws::Settings settings;
  settings.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "AWS_ENDPOINT_URL") return variable("TW_DYNAMODB");
    return std::nullopt;
  };
  settings.region = "eu-central-1";
  aws::Session session;
  session.settings = std::make_shared<const aws::Settings>(std::move(settings));
  session.credentials = std::make_shared<AnyKeys>();
  session.http = std::make_shared<net::Client>();
  return session;
}

}  // namespace

std::string fresh_table() {
  static int number = 0;
  const std::string prefix = variable("TW_DYNAMODB_TABLES");
  return prefix.empty() ? std::string() : prefix + std::to_string(number++);
}

std::unique_ptr<SharedStore> open_shared(const std::string& table, const store::UnixMillis& now) {
  return std::make_unique<SharedStore>(
      SharedStoreSetup{.table = table,
                       .session = session,
                       .now = [&now] { return now; },
                       .sleep = [](auto span) { std::this_thread::sleep_for(span); }});
}

}  // namespace trailwarden::shared_store
