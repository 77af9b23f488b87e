// A language model as a service: a question goes out, an answer comes back, and both are only text
// and numbers here. Open this file first.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "model/failure.h"

namespace trailwarden::model {

enum class Role : std::uint8_t { User, Assistant };

struct Turn {
  Role role = Role::User;
  std::string text;  // UTF-8.
};

// The form of an answer that is to be read by a program. Each provider asks for it as its service
// does best: by a tool that must be used, or by a response format.
struct AnswerForm {
  std::string name;         // [a-zA-Z0-9_-]{1,64}
  std::string description;  // One sentence.
  std::string schema;       // JSON Schema of an object. What all services take: type, properties,
                            // required, enum, items, additionalProperties false, description.
};

// Whether the part of a question that is the same each time is worth keeping at the service.
enum class Caching : std::uint8_t { None, System };

struct Request {
  std::string system{};       // May be empty.
  std::vector<Turn> turns{};  // Begins with the user's, ends with the user's.
  std::optional<AnswerForm> form{};
  unsigned max_tokens = 1024;           // Of the answer, thinking included.
  std::optional<double> temperature{};  // Newer models refuse any: nothing by default.
  Caching caching = Caching::System;    // Services pass prefixes over that are too short for it.
};

struct Usage {
  std::uint64_t input = 0;  // Neither read from nor written to a cache.
  std::uint64_t output = 0;
  std::uint64_t cache_read = 0;
  std::uint64_t cache_write = 0;

  std::uint64_t total() const { return input + output + cache_read + cache_write; }
  Usage& operator+=(const Usage& other);
  bool operator==(const Usage&) const = default;
};

enum class StopReason : std::uint8_t {
  Finished,
  Length,   // Cut off: of max_tokens, or of the model's context.
  Refused,  // The model, or a filter before it, would not answer.
  Other,
};

struct Reply {
  std::string text;        // All text blocks, in order; thinking is left out. Hostile.
  std::string structured;  // JSON of an object in answer to Request::form; empty: there is none.
  StopReason stop = StopReason::Finished;
  std::string stop_word;         // As the service wrote it: "end_turn".
  std::optional<Usage> usage{};  // Nothing: the service did not say.
  std::string request_id;        // May be empty.
  std::string model;             // As the service names it, else as we did.
};

// One model of one service. Safe for any number of threads.
class Provider {
 public:
  virtual ~Provider() = default;

  // Asks and waits for the whole answer, `time` at most.
  virtual Outcome<Reply> ask(const Request& request, std::chrono::milliseconds time,
                             const std::stop_token& stop) = 0;
  virtual const std::string& service() const = 0;  // "Bedrock": as in Failure::service.
  virtual const std::string& model() const = 0;    // As it was asked for.
};

}  // namespace trailwarden::model
