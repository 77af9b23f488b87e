#include "injection/fields.h"

#include <string>
#include <tuple>
#include <vector>

#include "injection/detector.h"
#include "injection/trigger_scan.h"

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
  fields.parameters_ = builder.add("requestParameters");
  fields.callers_words_ = {fields.parameters_, builder.add("userIdentity"),
                           builder.add("userAgent"), builder.add("errorMessage"),
                           builder.add("tlsDetails")};
  return fields;
}

bool InstructionFields::fill(const cloudtrail::RawRecord& record, QuietTexts& quiet) const {
  std::array<std::uint64_t, std::tuple_size_v<decltype(callers_words_)>> unknown{};
  std::size_t count = 0;
  bool speaks = false;
  for (const json::FieldId field : callers_words_) {
    const std::uint32_t value = record.found.first(field);
    if (value == json::Projected::kNone) continue;
    const std::string_view words = record.found.value(value).raw;
    // Parameters differ from call to call: to look them up costs more than to look at them.
    const bool is_new = field == parameters_;
    if (is_new && !may_speak(words)) continue;
    const std::uint64_t print = quiet.print(words);
    if (quiet.has(print)) continue;
    unknown[count++] = print;
    speaks = speaks || is_new || may_speak(words);
  }
  const bool found = speaks && fill(record);
  for (std::size_t i = 0; i < count && !found; ++i) quiet.add(unknown[i]);
  return speaks;
}

bool InstructionFields::fill(const json::StructuralIndex& index, std::uint32_t token,
                             std::string_view text, json::Projected& found) const {
  const std::vector<Instruction> instructions = find_instructions(index, token, text);
  for (const Instruction& instruction : instructions) {
    found.add_text(aim_, to_string(instruction.speech.aim));
    found.add_text(field_, instruction.field);
    found.add_text(form_, instruction.speech.form);
    found.add_text(text_, instruction.speech.text);
  }
  return !instructions.empty();
}

}  // namespace trailwarden::injection
