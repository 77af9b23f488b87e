// How walks end: shared by project() and ItemCursor. Private to this room.
#pragma once

#include <cstdint>

#include "json/walker.h"

namespace trailwarden::json {

inline constexpr const char* kNoValue = "expected a value";
inline constexpr const char* kNoName = "expected a member name in quotes";
inline constexpr const char* kNoColon = "expected a colon behind the member name";
inline constexpr const char* kNoObjectEnd = "expected a comma or } behind a member";
inline constexpr const char* kNoArrayEnd = "expected a comma or ] behind an element";
inline constexpr const char* kBadScalar = "expected a number, true, false or null";
inline constexpr const char* kBadEscape = "a string holds a backslash that begins no escape";
inline constexpr const char* kWrongBracket =
    "a bracket of the wrong kind closes an object or array";
inline constexpr const char* kTooDeep = "nested too deeply";

// Where indexing ended.
inline std::uint32_t end_offset(const StructuralIndex& index) {
  return index.fault() == IndexFault::None ? static_cast<std::uint32_t>(index.text().size())
                                           : index.fault_offset();
}

inline WalkResult incomplete_at(const StructuralIndex& index, std::uint32_t token) {
  const bool in_range = token < index.tokens().size();
  return {WalkStatus::Incomplete, token, in_range ? index.tokens()[token] : end_offset(index), ""};
}

}  // namespace trailwarden::json
