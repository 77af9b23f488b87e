// Anthropic's Messages form, which two services take: Anthropic itself and Bedrock's InvokeModel.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "model/form_ladder.h"
#include "model/provider.h"

namespace trailwarden::model {

// What both services' bodies have in common. A form becomes a tool that must or may be used.
boost::json::object messages_body(const Request& request, FormStep step);

// Error: Decode, an answer that lacks what the API promises. `model` and `request_id` are filled as
// far as the body has them.
Result<Reply> read_messages_reply(const boost::json::object& body, const Request& request);

// The value of an AnswerForm's schema. The schema is ours: one that is no JSON is a bug, and
// becomes an empty object.
boost::json::value schema_of(const AnswerForm& form);

// By the words of Anthropic and of Bedrock, which share them.
StopReason stop_reason_of(std::string_view word);

}  // namespace trailwarden::model
