// Names to addresses, with a bound that getaddrinfo() itself does not have.
#pragma once

#include <string>
#include <vector>

#include "net/http.h"
#include "net/wait.h"

namespace trailwarden::net {

// The addresses of `host` (a name, or an address, which is its own answer) in numeric form, in the
// order in which the system prefers them. Failure: Resolve, Timeout, Cancelled.
Outcome<std::vector<std::string>> resolve(const std::string& host, const Wait& wait);

}  // namespace trailwarden::net
