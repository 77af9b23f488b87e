// Anthropic's Message Batches. Source of fact: Anthropic API Reference, "Create a Message Batch",
// "Retrieve a Message Batch", "List Message Batches", version 2023-06-01.
#pragma once

#include <memory>

#include "inference/batch_service.h"
#include "inference/pause.h"
#include "model/providers.h"

namespace trailwarden::inference {

// The API takes 100,000 requests of 256 MB in all.
inline constexpr JobLimits kAnthropicLimits{
    .records_min = 1, .records_max = 100'000, .bytes_max = std::size_t{240} << 20};

// There is no token that makes creating a batch twice the same as once: one whose creation went
// unanswered is looked for among the workspace's by its time and its number of requests. Errors as
// of model::make_anthropic(). `pause`: between attempts.
Result<std::unique_ptr<BatchService>> make_anthropic_batch(model::HttpOptions options,
                                                           JobLimits limits = kAnthropicLimits,
                                                           Pause pause = pause_for);

}  // namespace trailwarden::inference
