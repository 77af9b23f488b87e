// What calls of Anthropic's Messages API and of its batches share.
#pragma once

#include <string>
#include <string_view>

#include "model/http_call.h"
#include "model/providers.h"

namespace trailwarden::model {

// A call of `path` ("/v1/messages"), with the key and the API's version. `options.http` outlives
// it. Errors as of make_anthropic().
Result<HttpCall> anthropic_call(const HttpOptions& options, std::string operation,
                                std::string_view path);

}  // namespace trailwarden::model
