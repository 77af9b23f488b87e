// A model's opinion on a case as the store keeps it: with what the case held when it was asked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyst/opinion.h"
#include "base/result.h"
#include "sink/notice.h"
#include "triage/case.h"

namespace trailwarden::watch {

struct HeardOpinion {
  analyst::Opinion opinion;
  // Ids of the rules that had found something, sorted: an opinion is about these and no others.
  std::vector<std::string> rules;
  // What the ratchet made of it.
  triage::Verdict verdict = triage::Verdict::Uncertain;
};

// Ids of the rules of a case, sorted.
std::vector<std::string> rules_of(const triage::Case& found);

// One line of JSON, and what it was made from again. Error: Decode.
std::string to_json(const HeardOpinion& heard);
Result<HeardOpinion> heard_opinion_from_json(std::string_view text);

// As it stands in a message. `counted`: it changed the case's verdict.
sink::NoticeOpinion shown_opinion(const HeardOpinion& heard, bool counted);

}  // namespace trailwarden::watch
