// From a model's words to its answer. Everything in them is hostile: what cannot be read is no
// answer, and never a safe one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyst/opinion.h"
#include "model/provider.h"

namespace trailwarden::analyst {

// As the model wrote it: nothing is cleaned or checked yet.
struct Answer {
  struct Reason {
    std::string text;
    std::vector<std::string> events;  // Labels or event ids.
  };
  triage::Verdict verdict = triage::Verdict::Uncertain;
  std::string explanation;
  std::vector<Reason> reasons;
  std::vector<std::string> next_steps;
  Reading reading = Reading::Unread;
  std::string unread_because;
};

// JSON Schema of the answer, as all services take it, and the name of its tool.
std::string_view answer_schema();
inline constexpr std::string_view kAnswerName = "report";

// Reads the structured answer; without one, JSON in the text (bare, in a code fence, among words);
// without that, the plain form. Unread: a refusal, an answer cut off, nothing of these, or verdicts
// that contradict each other.
Answer read_answer(const model::Reply& reply);

}  // namespace trailwarden::analyst
