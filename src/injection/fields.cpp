#include "injection/fields.h"

#include <string>
#include <vector>

#include "injection/detector.h"

namespace trailwarden::injection {

InstructionFields InstructionFields::add_to(json::ProjectionBuilder& builder) {
  const auto add = [&builder](const char* name) {
    const std::vector<std::string> path = {std::string(kMadeUp), "instruction", name};
    return builder.add(path);
  };
  InstructionFields fields;
  fields.aim_ = add("aim");
  fields.field_ = add("field");
  fields.form_ = add("form");
  fields.text_ = add("text");
  return fields;
}

void InstructionFields::fill(const json::StructuralIndex& index, std::uint32_t token,
                             std::string_view text, json::Projected& found) const {
  for (const Instruction& instruction : find_instructions(index, token, text)) {
    found.add_text(aim_, to_string(instruction.speech.aim));
    found.add_text(field_, instruction.field);
    found.add_text(form_, instruction.speech.form);
    found.add_text(text_, instruction.speech.text);
  }
}

}  // namespace trailwarden::injection
