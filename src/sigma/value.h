// What a rule asks of a field, one written value at a time, as it passes through the modifiers.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "match/predicate.h"
#include "sigma/yaml.h"

namespace trailwarden::sigma {

struct TextValue {
  match::Glob glob;
  std::string written;  // Raw, for modifiers that know no wildcards (re, cidr).
  bool cased = false;
};
struct NumberValue {
  double number = 0;
  std::string written;
};
struct BooleanValue {
  bool truth = false;
};
struct NullValue {};
struct RegexValue {
  match::TextRegex regex;
};
struct NetworkValue {
  std::string cidr;
};
struct ComparisonValue {
  match::NumberIn range;
};
struct TimePartValue {
  match::TimePart part;
};
struct PresenceValue {
  bool expected = true;
};
struct FieldValue {  // Another field's name.
  std::string path;
  match::LikeField::How how = match::LikeField::How::Equal;
  match::Case letters = match::Case::Ignore;
};

using Value = std::variant<TextValue, NumberValue, BooleanValue, NullValue, RegexValue,
                           NetworkValue, ComparisonValue, TimePartValue, PresenceValue, FieldValue>;

// The value that a YAML scalar stands for. Only plain scalars are more than text: numbers as JSON
// writes them (so 007, 0x1F and 1_000 are text, and an account id keeps its leading zero),
// true/false and null/~ as YAML 1.2's core schema has them (so yes, no, on and off are text).
Value value_of(const Node& scalar);

// "text", "a number", … for messages.
std::string_view kind_of(const Value& value);

}  // namespace trailwarden::sigma
