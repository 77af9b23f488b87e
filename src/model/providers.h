// The services that can be asked. Each provider asks once, but for the form of the answer, which it
// asks for in another way where the service refuses it (form_ladder.h): trying again, waiting and
// counting are guard.h's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "aws/client.h"
#include "base/result.h"
#include "model/provider.h"
#include "net/http.h"

namespace trailwarden::model {

enum class BedrockCall : std::uint8_t {
  Converse,     // Any model.
  InvokeModel,  // Anthropic's models, by their own body.
};

struct BedrockOptions {
  // A model id, the id of an inference profile ("eu.anthropic.…"), or the ARN of either. In an ARN
  // of a region, that region is asked.
  std::string model;
  BedrockCall call = BedrockCall::Converse;
};

// Amazon Bedrock, with the credentials and the region of `session`.
// Source of fact: Amazon Bedrock API Reference, Converse and InvokeModel.
std::unique_ptr<Provider> make_bedrock(const aws::Session& session, const BedrockOptions& options);

struct HttpOptions {
  std::shared_ptr<net::Client> http;  // Shared with whom you like.
  std::string base_url{};  // As the services' own SDKs take it; empty: the service's own.
  std::string key{};       // The secret itself; empty: none is sent. Never shown.
  std::string model{};
};

// Anthropic's Messages API; base_url as ANTHROPIC_BASE_URL ("https://api.anthropic.com").
// Source of fact: Anthropic API Reference, Messages, version 2023-06-01. Error: Syntax, a base_url
// that is no URL; Usage, no key for Anthropic itself.
Result<std::unique_ptr<Provider>> make_anthropic(HttpOptions options);

// Whatever speaks OpenAI's chat completions (OpenAI, Ollama, llama.cpp, vLLM); base_url as
// OPENAI_BASE_URL ("https://api.openai.com/v1", "http://localhost:11434/v1").
// Source of fact: OpenAI API Reference, Chat. Errors as above.
Result<std::unique_ptr<Provider>> make_openai(HttpOptions options);

}  // namespace trailwarden::model
