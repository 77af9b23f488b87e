// Which engine answers a digest's prompts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/prices.h"

namespace trailwarden::inference {

enum class EngineChoice : std::uint8_t { Cheaper, Batch, Direct };

struct EngineOffer {
  std::size_t tasks = 0;
  // Of the service's jobs; nothing: it has none, or what they need (a bucket, a role) is not set.
  std::optional<std::size_t> records_min{};
  std::optional<model::Price> price{};  // Of the model, where it is known.
};

struct ChosenEngine {
  bool is_batch = false;
  std::string why;  // One clause, for a person: "60 prompts are fewer than a job's 100".
};

// The cheaper one that the number of tasks allows, unless it was chosen. Error: Usage, batch was
// chosen and cannot be had.
Result<ChosenEngine> choose_engine(EngineChoice choice, const EngineOffer& offer);

}  // namespace trailwarden::inference
