// One call of an AWS operation, and time: what sources ask of the world, so that tests can be it.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

#include "aws/client.h"

namespace trailwarden::source {

// As aws::Client::call.
using Call = std::function<aws::Outcome<boost::json::object>(
    const aws::Operation& operation, const boost::json::object& input, const std::stop_token& stop,
    const aws::CallOptions& options)>;

// Calls of `service` in `region` (empty: the session's).
Call calls_of(const aws::Session& session, const aws::Service& service, std::string region = {});

using SteadyTime = std::chrono::steady_clock::time_point;
using SteadyClock = std::function<SteadyTime()>;

}  // namespace trailwarden::source
