// How an answer of a form is asked for: what a service or a model refuses is asked for in the next
// way, and what it takes is remembered.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "model/provider.h"

namespace trailwarden::model {

// From the strictest to what every model takes. What the first two are is the service's matter.
enum class FormStep : std::uint8_t {
  Strict,  // A tool that must be used, or a response format. Models that think may refuse it.
  Loose,   // A tool that may be used. Models without tools refuse it.
  Words,   // The schema, in the instructions.
};

// The instructions with what a step adds to them.
std::string instructions(const Request& request, FormStep step);

// Safe for any number of threads.
class FormLadder {
 public:
  // Calls `ask(step, time left)`, from the step that was taken last, and again with the next where
  // the answer is that the question is wrong (HTTP 400 and 422: nothing was done). What no step
  // helps is told in the first words.
  template <class Ask>
  Outcome<Reply> ask(const Request& request, std::chrono::milliseconds time, const Ask& ask_once) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + time;
    FormStep step = request.form ? step_.load() : FormStep::Words;
    std::optional<Failure> first;
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
      auto reply = ask_once(step, std::max(left, std::chrono::milliseconds(1)));
      if (reply) {
        if (request.form) step_ = step;
        return reply;
      }
      const unsigned status = reply.error().status;
      if (status != 400 && status != 422) return reply;
      if (!first) first = std::move(reply).error();
      if (step == FormStep::Words) return tl::unexpected(*std::move(first));
      step = step == FormStep::Strict ? FormStep::Loose : FormStep::Words;
    }
  }

 private:
  std::atomic<FormStep> step_{FormStep::Strict};
};

}  // namespace trailwarden::model
