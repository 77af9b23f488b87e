// What models cost by their makers' lists, and what a user says they cost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/money.h"
#include "model/provider.h"

namespace trailwarden::model {

// US dollars per million tokens.
struct Price {
  double input = 0, output = 0;
  double cache_read = 0, cache_write = 0;  // Kept for five minutes.
  double batch = 0.5;                      // Of all of these, in a batch job.
  // Above so many tokens of prompt the whole request costs `long_factor` times as much. 0: never.
  std::uint64_t long_from = 0;
  double long_factor = 1;

  bool operator==(const Price&) const = default;
};

// What `usage` costs, as one request.
Usd cost_of(const Usage& usage, const Price& price);
// What a request can cost at most that sends `input_max` tokens and is answered by `output_max`.
Usd cost_bound(std::uint64_t input_max, std::uint64_t output_max, const Price& price);

// "eu.anthropic.claude-haiku-4-5-20251001-v1:0", "arn:aws:bedrock:…:inference-profile/…" or
// "claude-haiku-4-5-20251001" → "claude-haiku-4-5": the name that lists use.
std::string listed_name(std::string_view model);

class PriceList {
 public:
  // The built-in list. Sources and date: prices.cpp.
  static PriceList listed();

  // Adds to the list, or overrides it: {"my-model": {"input": 0.2, "output": 0.8, "cache_read":
  // 0.02, "cache_write": 0.25, "batch": 0.5}}; all but input and output may be left out. The keys
  // are model ids as they are asked for, or listed names. Error: Syntax, naming the member.
  Result<void> add(std::string_view json);

  // The price of a model: by its id, else by its listed name. Bedrock's ids outside `global.` cost
  // a tenth more from Claude 4.5 on.
  std::optional<Price> find(std::string_view model) const;

 private:
  struct Row {
    std::string name;
    Price price;
    bool is_dearer_in_region = false;
  };
  std::vector<Row> rows_;  // Later rows first: the user's own.
};

// "Anthropic's and Amazon's price lists of October 2026": to be shown with any sum.
std::string_view price_source();

}  // namespace trailwarden::model
