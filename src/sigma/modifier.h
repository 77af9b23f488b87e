// Sigma's value modifiers (field|modifier|modifier: value): one table, applied left to right.
// Semantics: sigma-specification v2.1.0, appendix "modifiers"; where it is silent, docs/RULES.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sigma/value.h"

namespace trailwarden::sigma {

// What one modifier made of one value.
struct Modified {
  std::vector<Value> values;  // Alternatives: any of them will do.
  std::string error;          // A clause; not empty if the modifier refuses the value.
};

struct Modifier {
  enum class Effect : std::uint8_t {
    OnValues,  // Transforms each value by itself.
    MatchAll,  // All values of the list must hold, not any.
    Negate,    // The item must not hold.
  };
  enum class Stand : std::uint8_t {
    Anywhere,
    First,  // Only right behind the field's name.
    Alone,  // The only modifier of its item.
  };
  std::string_view name;
  Effect effect;
  Stand stand;
  std::string_view takes;                 // The kinds of value it accepts, for messages.
  Modified (*apply)(const Value& value);  // Null unless OnValues. Refuses other kinds by no values.
};

// The modifier of that name, or null.
const Modifier* find_modifier(std::string_view name);
// All names, for "did you mean".
std::span<const std::string_view> modifier_names();

}  // namespace trailwarden::sigma
