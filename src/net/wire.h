// A request as it goes on the wire.
#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

namespace trailwarden::net {

// The request's line and header fields with the empty line that ends them. `target`: what stands
// in the first line (url.target, or the whole URL for a proxy). `extra`: fields for the proxy.
// Failure: Broken with sent = false, if anything in it could be read as more than it says (line
// ends in a field) or contradicts the body; what is wrong is named, its value is not shown.
Outcome<std::string> request_head(const Request& request, std::string_view target,
                                  const std::vector<Header>& extra);

// A response as a server sends it, body included unless the request was HEAD or the status has
// none. `keep`: whether the connection stays open. A response with a header field that is none
// becomes a 500.
struct ResponseForm {
  bool is_head = false;
  bool keep = true;
};
std::string response_text(const Response& response, const ResponseForm& form);

// Whether sending it twice does no more than sending it once (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method);

}  // namespace trailwarden::net
