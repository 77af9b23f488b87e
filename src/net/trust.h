// The certificates that a TLS client trusts.
#pragma once

#include <string>

#include "net/http.h"

struct ssl_ctx_st;

namespace trailwarden::net {

// Loads `ca_bundle` (a PEM file) into `context`, or, when it is empty, what the system trusts.
// Failure: Tls.
Outcome<void> load_trust(ssl_ctx_st* context, const std::string& ca_bundle);

}  // namespace trailwarden::net
