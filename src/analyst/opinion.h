// What a language model thinks of a case, after everything in it was checked and cleaned.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/money.h"
#include "model/provider.h"
#include "triage/verdict.h"

namespace trailwarden::analyst {

// How an answer was read.
enum class Reading : std::uint8_t {
  Structured,  // By a tool or a response format, as asked for.
  Json,        // JSON within words.
  Plain,       // "Type: Dangerous" and words.
  Unread,      // Not at all: the verdict is Uncertain, and counts for nothing.
};

struct Reason {
  std::string text;
  std::vector<std::string> event_ids;  // Of events of the case, each once.
  bool operator==(const Reason&) const = default;
};

// A value. All texts are cleaned: one line each, bounded, without links, mentions, markup and
// characters that deceive. A sink still escapes for its own medium.
struct Opinion {
  triage::Verdict verdict = triage::Verdict::Uncertain;
  std::string explanation;  // At most 600 characters.
  std::vector<Reason> reasons;
  std::vector<std::string> next_steps;
  std::uint64_t unknown_citations = 0;  // Event ids that it named and the case does not have.
  Reading reading = Reading::Unread;
  std::string unread_because;        // Reading::Unread: "the answer was cut off".
  bool reused = false;               // The answer to another case of the same shape.
  std::string service, model;        // "Bedrock", "eu.anthropic.claude-…"
  std::string prompt_hash;           // 16 hex digits: of the system prompt and the answer's form.
  std::string request_id;            // The service's, or empty.
  model::Usage usage{};              // Zero where it was reused.
  std::optional<model::Usd> cost{};  // Nothing: unknown.
  bool operator==(const Opinion&) const = default;
};

std::string_view to_string(Reading reading);  // "structured", "json", "plain", "unread"

// One line of JSON, "schema":1, and what it was made from again. Error: Decode.
std::string to_json(const Opinion& opinion);
Result<Opinion> opinion_from_json(std::string_view text);

// Whether the case holds text that reads like an instruction to a model.
enum class Injection : std::uint8_t { None, Suspected };

// The ratchet: what a case's verdict is with an opinion. Only a doubt is settled. Dangerous stays
// dangerous, safe stays safe, whatever the model answers; an answer that could not be read changes
// nothing; one that cites events that do not exist, or that was given under the eyes of text that
// speaks to models, never lowers.
triage::Verdict settle(triage::Verdict local, const Opinion& opinion, Injection injection);

}  // namespace trailwarden::analyst
