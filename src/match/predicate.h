// One condition on one projected field. Both rule languages compile into these; equal predicates
// are stored once and evaluated at most once a record.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "json/projection.h"

namespace trailwarden::match {

enum class Case : std::uint8_t { Sensitive, Ignore };

// Which values a text test looks at.
//   Strings   EventBridge: JSON strings only.
//   AnyText   Sigma: strings; numbers and booleans as they are written; objects and arrays as
//             their JSON text, and once more with the quotes of embedded documents unescaped.
enum class Domain : std::uint8_t { Strings, AnyText };

struct TextIs {  // Equal to one of `values`.
  std::vector<std::string> values;
  Case letters = Case::Sensitive;
  Domain domain = Domain::Strings;
  bool operator==(const TextIs&) const = default;
};
enum class Anchor : std::uint8_t { Prefix, Suffix, Inside };
struct TextHas {  // Has one of `parts`.
  std::vector<std::string> parts;
  Anchor anchor = Anchor::Inside;
  Case letters = Case::Sensitive;
  Domain domain = Domain::Strings;
  bool operator==(const TextHas&) const = default;
};
// A wildcard text, escapes resolved: literal parts, and between them runs (*) or single characters
// (?). "a*b?" is {Literal "a"}, {Run}, {Literal "b"}, {One}.
struct GlobPart {
  enum class What : std::uint8_t { Literal, Run, One } what = What::Literal;
  std::string literal;
  bool operator==(const GlobPart&) const = default;
};
using Glob = std::vector<GlobPart>;
struct TextGlob {  // One of `globs` covers the whole text.
  std::vector<Glob> globs;
  Case letters = Case::Sensitive;
  Domain domain = Domain::Strings;
  bool operator==(const TextGlob&) const = default;
};
struct TextRegex {  // RE2 syntax, searched unanchored.
  std::string expression;
  Case letters = Case::Sensitive;
  bool dot_matches_newline = false;
  bool multi_line = false;
  Domain domain = Domain::AnyText;
  bool operator==(const TextRegex&) const = default;
};
struct InNetwork {  // A string that is an IPv4 or IPv6 literal inside the network "10.0.0.0/8".
  std::string cidr;
  bool operator==(const InNetwork&) const = default;
};
struct NumberIs {  // Equal in value to one of these: 300, 300.0 and 3e2 are one number.
  std::vector<double> values;
  bool also_numeric_text = false;  // Sigma: "200" counts as 200.
  bool operator==(const NumberIs&) const = default;
};
struct NumberIn {
  double lower = 0;  // -infinity: open.
  double upper = 0;  // +infinity: open.
  bool lower_inclusive = true;
  bool upper_inclusive = true;
  bool also_numeric_text = false;
  bool operator==(const NumberIn&) const = default;
};
struct IsLiteral {
  enum class Which : std::uint8_t { True, False, Null } which = Which::Null;
  bool operator==(const IsLiteral&) const = default;
};
// Presence, asked of the field as a whole.
struct IsPresent {
  enum class What : std::uint8_t {
    Leaf,      // Some scalar, null included: EventBridge's exists.
    Anything,  // Any value at all, null, {} and [] included: Sigma's exists.
    NotNull,   // Some value that is not null; its negation is Sigma's `field: null`.
  } what = What::Leaf;
  bool operator==(const IsPresent&) const = default;
};
// Some value equals, begins with, ends with or contains some value of `other` (Sigma's fieldref).
struct LikeField {
  enum class How : std::uint8_t { Equal, Prefix, Suffix, Inside } how = How::Equal;
  json::FieldId other{};
  Case letters = Case::Ignore;
  bool operator==(const LikeField&) const = default;
};
struct TimePart {  // A part of an ISO 8601 time, in UTC (Sigma v2.1: minute … year).
  enum class Part : std::uint8_t { Minute, Hour, Day, Week, Month, Year } part = Part::Hour;
  int equals = 0;
  bool operator==(const TimePart&) const = default;
};

using Test = std::variant<TextIs, TextHas, TextGlob, TextRegex, InNetwork, NumberIs, NumberIn,
                          IsLiteral, IsPresent, LikeField, TimePart>;

// Holds when some value of `field` passes `test`; inverted (EventBridge's anything-but), when some
// scalar value of it does not. That is not the negation: an absent field satisfies neither.
struct Predicate {
  json::FieldId field{};
  Test test;
  bool inverted = false;
  bool operator==(const Predicate&) const = default;
};

}  // namespace trailwarden::match
