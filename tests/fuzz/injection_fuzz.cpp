// Any bytes as a record's text: kernels agree, the search ends, what is found lies where it says.
#include <cstddef>
#include <cstdint>
#include <string>

#include "injection/detector.h"
#include "injection/escapes.h"
#include "injection/trigger_scan.h"
#include "json/structural_index.h"

using namespace trailwarden;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool speaks = injection::may_speak_with("portable", text);
  if (injection::may_speak(text) != speaks) __builtin_trap();

  injection::Budget budget;
  const auto speech = injection::find_speech(text, budget);
  if (speech && speech->form == "plain" && text.find(speech->text.substr(0, 300)) == text.npos &&
      !speech->text.ends_with("…")) {
    __builtin_trap();
  }

  // As a document of its own: it may be damaged in any way.
  std::string padded(text);
  padded.append(json::kPadding, '\0');
  json::StructuralIndex index;
  index.build(std::string_view(padded).substr(0, size));
  if (!index.tokens().empty()) {
    injection::find_instructions(index, 0, index.text().substr(index.tokens()[0]));
  }
  return 0;
}
