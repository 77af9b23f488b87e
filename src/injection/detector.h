// Text in a record that reads like an instruction to a language model: open this file first.
//
// CloudTrail writes down what callers say: user agents, names, descriptions, tags, policies, error
// messages that quote them. Whoever gives such a log to a language model lets callers speak to it.
// A text in a log has no reason to speak to its reader, so one that does is a finding.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "injection/speech.h"
#include "json/structural_index.h"

namespace trailwarden::injection {

struct Instruction {
  std::string field;  // Where it stands: "requestParameters.tags.value". Hostile like the rest.
  Speech speech;
};

// The instructions in the JSON value `text`, which begins at `token` of `index`, in document order,
// one for each string at most: in its values, in the names of its members, and in the values read
// one after the other (an instruction cut into several tags). Returns after a handful.
//
// Costs some 0.3 ns a byte where may_speak() says no, which is nearly always; tens of microseconds
// else.
std::vector<Instruction> find_instructions(const json::StructuralIndex& index, std::uint32_t token,
                                           std::string_view text);

}  // namespace trailwarden::injection
