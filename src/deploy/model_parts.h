// The model of `--model` as the template's parameters take it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace trailwarden::deploy {

struct ModelParts {
  std::string model;    // "anthropic.claude-haiku-4-5-20251001-v1:0"
  std::string profile;  // "eu.anthropic.claude-haiku-4-5-20251001-v1:0"; empty without one.
};

// Of an id or an ARN of a foundation model or of one of AWS's inference profiles, whose ids begin
// with where they lead to: two letters, apac, us-gov or global (Amazon Bedrock User Guide,
// "Supported Regions and models for inference profiles"). Error: Usage, anything else, and a
// profile of the user's own: its ARN does not say which model it leads to.
Result<ModelParts> model_parts(std::string_view model);

}  // namespace trailwarden::deploy
