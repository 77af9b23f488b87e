// The analyst that asks a language model. Open this file first.
//
//   ModelAnalyst analyst({.guard = guard, .prompt = builtin_prompt(), …});
//   const auto opinion = analyst.ask(found, stop);
//   if (opinion) verdict = analyst.settle(found, *opinion);  // Else the local verdict stands.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "analyst/evidence.h"
#include "analyst/opinion.h"
#include "analyst/opinion_cache.h"
#include "analyst/prompt.h"
#include "model/guard.h"
#include "triage/case.h"

namespace trailwarden::analyst {

struct ModelAnalystSetup {
  model::Guard& guard;  // Outlives the analyst, as the cache does.
  Prompt prompt;
  OpinionCache* cache = nullptr;  // nullptr: every case is asked about.
  // Rules whose finding says that text in the case speaks to a model: see settle().
  std::vector<std::string> injection_rules{};
  Redaction redaction = Redaction::Off;
  // Of this run, and secret: fences and pseudonyms are made with it.
  std::uint64_t key = 0;
  std::chrono::milliseconds time{60'000};  // For one question, waits and retries included.
  unsigned answer_tokens = 1500;
};

// A question, as it is sent. For tests and for the arithmetic of tokens.
struct Question {
  model::Request request;
  Evidence evidence;
};

// Safe for any number of threads.
class ModelAnalyst {
 public:
  explicit ModelAnalyst(ModelAnalystSetup setup) : setup_(std::move(setup)) {}

  // Asks, or takes the answer to a case of the same shape. Error: one line that says what happened,
  // with service, code and request id where there are any. An answer that cannot be read is an
  // Opinion whose reading is Unread.
  model::Outcome<Opinion> ask(const triage::Case& found, const std::stop_token& stop);

  // The case's verdict with this opinion: the ratchet.
  triage::Verdict settle(const triage::Case& found, const Opinion& opinion) const;

  Question question(const triage::Case& found) const;

  std::uint64_t reused() const { return reused_; }

 private:
  Question question(const triage::Case& found, Names& names) const;
  std::optional<Opinion> from_cache(const triage::Case& found, const Names& names);
  void into_cache(const triage::Case& found, const Opinion& opinion, const Names& names);
  std::string cache_key(const triage::Case& found, bool of_this_user) const;

  const ModelAnalystSetup setup_;
  std::atomic<std::uint64_t> reused_{0};
};

}  // namespace trailwarden::analyst
