// A model's opinions on all cases of a run.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "analyst/model_analyst.h"
#include "analyst/opinion.h"
#include "triage/case.h"

namespace trailwarden::analyst {

// What came of asking about one case.
struct Consulted {
  std::optional<Opinion> opinion;  // Nothing: `failure` says why.
  std::string failure;
  triage::Verdict local = triage::Verdict::Safe;    // By rules alone.
  triage::Verdict verdict = triage::Verdict::Safe;  // With the opinion: the ratchet.
};
using Consultation = std::map<std::string, Consulted, std::less<>>;  // By case id.

// Asks about each of `cases`, in their order as far as several threads do, and about those of one
// shape one after the other, so that all but the first take its answer: the result does not depend
// on the number of threads as long as services answer alike. `asked` is called after each case, by
// one thread at a time.
Consultation consult(ModelAnalyst& analyst, std::span<const triage::Case> cases, unsigned threads,
                     const std::stop_token& stop, const std::function<void()>& asked = {});

}  // namespace trailwarden::analyst
