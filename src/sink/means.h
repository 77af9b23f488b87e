// What sinks need of the world around them: made by cli/, and by tests in their own way.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

#include "aws/client.h"
#include "aws/settings.h"
#include "base/result.h"
#include "net/http.h"

namespace trailwarden::sink {

// Copied freely; everything it refers to outlives the sinks.
struct Means {
  std::shared_ptr<net::Client> http;
  aws::Environment environment;  // Where secrets are looked up: SLACK_BOT_TOKEN, …
  // AWS as the user's environment and files set it up. Asked only by sinks and secrets in AWS.
  std::function<Result<aws::Session>()> aws;
  std::function<aws::SystemTime()> now = std::chrono::system_clock::now;
  // Waits, or returns early when a stop is requested.
  std::function<void(std::chrono::milliseconds, const std::stop_token&)> sleep;
};

}  // namespace trailwarden::sink
