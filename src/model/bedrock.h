// What Bedrock's calls and its batch jobs share: bodies, answers and failures.
// Source of fact: Amazon Bedrock API Reference, Converse and InvokeModel.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "aws/failure.h"
#include "model/form_ladder.h"
#include "model/providers.h"

namespace trailwarden::model {

// A call's body: Converse's input without its modelId, or Anthropic's own for InvokeModel.
boost::json::object bedrock_body(const Request& request, std::string_view model, BedrockCall call,
                                 FormStep step);

// Error: Decode, an answer that lacks what the API promises. `model` and `request_id` are filled as
// far as the body has them.
Result<Reply> read_bedrock_reply(const boost::json::object& body, BedrockCall call,
                                 const Request& request);

// By the HTTP statuses of Bedrock's errors.
Failure bedrock_failure(const aws::Failure& failure);

// "arn:aws:bedrock:eu-central-1:…" → "eu-central-1"; empty for what is no ARN.
std::string bedrock_region(std::string_view model);

}  // namespace trailwarden::model
