// Many portions become few summaries and those one: a tree for the whole, and one for each group
// that gets a summary of its own. The shape depends on the portions alone; all prompts of a level
// are asked together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "analyst/clean.h"
#include "base/result.h"
#include "digest/leaf.h"
#include "digest/summary.h"
#include "inference/engine.h"
#include "inference/journal.h"

namespace trailwarden::digest {

// What prompts are made with.
struct Wording {
  std::string system;     // Instructions: prompts/digest.md, or a user's own.
  std::uint64_t key = 0;  // Of this run, and secret: marker lines are made with it.
  unsigned answer_tokens = 1500;
  std::size_t join_bytes = std::size_t{24} << 10;  // Of the summaries that one prompt joins.
};

// One summary with what it is of.
struct Node {
  Summary summary;
  std::string about;
  std::set<std::size_t> events;  // Numbers of labels that it may cite.
};

struct ForestCounts {
  std::uint64_t prompts = 0;
  std::uint64_t unread = 0;  // Without an answer that could be read: what they were about is told
                             // from counts alone.
  std::uint64_t unknown_citations = 0;
  std::string first_failure;  // Why the first of `unread` was; empty without any.
};

// The prompt about a portion. For tests and estimates.
model::Request leaf_request(const Wording& wording, const Leaf& leaf);

// Answers prompts through an engine, once: what the journal has is not asked again.
class Forest {
 public:
  // All that is borrowed outlives the forest.
  Forest(Wording wording, inference::Engine& engine, inference::Journal& journal,
         analyst::IsKnown is_name, inference::OnProgress on_progress)
      : wording_(std::move(wording)),
        engine_(engine),
        journal_(journal),
        is_name_(std::move(is_name)),
        on_progress_(std::move(on_progress)) {}

  // A node for each leaf of each tree, in their order. Error: the engine's, or the journal's.
  Result<std::vector<std::vector<Node>>> plant(const std::vector<std::vector<Leaf>>& trees,
                                               const std::stop_token& stop);
  // Joins the nodes of each tree until it has one; a tree without nodes stays empty.
  Result<void> reduce(std::vector<std::vector<Node>>& trees, const std::stop_token& stop);

  const ForestCounts& counts() const { return counts_; }

 private:
  struct Question {
    model::Request request;
    Node* node;  // Gets the summary; its `events` are what it may cite.
  };
  Result<void> ask(std::vector<Question> questions, const std::stop_token& stop);
  void take(const model::Reply& reply, Node& node);
  void note_unread(std::string why);

  const Wording wording_;
  inference::Engine& engine_;
  inference::Journal& journal_;
  const analyst::IsKnown is_name_;
  const inference::OnProgress on_progress_;
  ForestCounts counts_;
};

}  // namespace trailwarden::digest
