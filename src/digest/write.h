// A page with the help of a language model: its words, our facts. The outline, the tables, the
// changes and the verdicts come from data; what rules call dangerous is on the page whatever a
// model says or leaves out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "analyst/names.h"
#include "digest/forest.h"
#include "digest/local.h"

namespace trailwarden::digest {

// prompts/digest.md, as it was when this binary was built.
std::string_view builtin_instructions();

// The size of a portion, in bytes of JSON: some 4,000 tokens.
inline constexpr std::size_t kLeafBytes = 12'000;

// What there is to ask before anything is: the portions of the whole and of each group that gets a
// summary of its own, and the names of the labels in them.
struct Plan {
  Labels labels;
  std::optional<analyst::Names> names;   // Hidden from the model; nothing: it is told all.
  std::vector<std::vector<Leaf>> trees;  // Of the kGroupsShown worst groups, then of the others.
  std::size_t prompts() const;           // Of portions; those that join them come on top.
};
// `redaction_key`: of this run, where names are to be hidden.
Plan plan_of(const Material& material, std::optional<std::uint64_t> redaction_key = {});

// What a plan will cost, by size: a token is taken for three bytes, and an answer for a third of
// what it may be. The prompts that join summaries are included.
struct Estimate {
  std::uint64_t prompts = 0;
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
};
Estimate estimate_of(const Plan& plan, const Wording& wording);

// Asks, and writes; forest.counts() says how it went. Error: the engine's, the journal's, or `stop`
// was requested: what was answered until then is in the journal.
Result<Page> write_with_model(const Material& material, Plan& plan, Forest& forest,
                              const std::string& author, const std::stop_token& stop);

}  // namespace trailwarden::digest
