// What an HTTP exchange means for a notice, as far as that is the same for every receiver.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "net/http.h"
#include "sink/sink.h"

namespace trailwarden::sink {

// Bounds of one exchange with a receiver: an alert that takes longer is asked for again.
net::Limits receiver_limits();

// Without an answer: Postponed where no byte of the request left, else InDoubt.
Outcome outcome_of(const net::Failure& failure);

// What Retry-After (seconds or a date) asks for, at most an hour.
std::optional<std::chrono::milliseconds> retry_after(const net::Response& response,
                                                     aws::SystemTime now);

// Whether a status says that the same may work later: 408, 425, 429 and all 5xx.
bool is_passing(unsigned status);

// "HTTP 503: Service Unavailable": the status, and the beginning of the body, shown.
std::string told(const net::Response& response);

}  // namespace trailwarden::sink
