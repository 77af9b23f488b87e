// What batch jobs write: a line for each record, and Bedrock's manifest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/provider.h"
#include "model/providers.h"

namespace trailwarden::inference {

// What became of one record. All text is hostile.
struct BatchRecord {
  std::string id;  // Not empty.
  model::Outcome<model::Reply> reply;
};

// A line of Bedrock's *.jsonl.out: {"recordId", "modelInput", and "modelOutput" or "error"
// {"errorCode", "errorMessage"}}. Source of fact: Amazon Bedrock User Guide, "View the results of a
// batch inference job". Error: Decode, no JSON object or one without a recordId.
Result<BatchRecord> read_bedrock_record(std::string_view line, model::BedrockCall call);

// A line of Anthropic's results: {"custom_id", "result": {"type": "succeeded" with "message",
// "errored" with "error", "canceled" or "expired"}}. Source of fact: Anthropic API Reference,
// "Retrieve Message Batch results". Error: as above.
Result<BatchRecord> read_anthropic_record(std::string_view line);

// Bedrock's manifest.json.out. What it does not have is 0.
struct Manifest {
  std::uint64_t total = 0, processed = 0, succeeded = 0, failed = 0;  // Records.
  std::uint64_t input_tokens = 0, output_tokens = 0;
};
// Error: Decode, no JSON object.
Result<Manifest> read_manifest(std::string_view text);

}  // namespace trailwarden::inference
