#include "source/call.h"

#include <utility>

namespace trailwarden::source {

Call calls_of(const aws::Session& session, const aws::Service& service, std::string region) {
  auto client = std::make_shared<aws::Client>(session, service, std::move(region));
  return [client](const aws::Operation& operation, const boost::json::object& input,
                  const std::stop_token& stop, const aws::CallOptions& options) {
    return client->call(operation, input, stop, options);
  };
}

}  // namespace trailwarden::source
