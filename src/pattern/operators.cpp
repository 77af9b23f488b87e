#include "pattern/operators.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "match/network.h"
#include "match/number.h"

namespace trailwarden::pattern {
namespace {

using match::Anchor;
using match::Case;
using match::GlobPart;
using match::IsLiteral;
using match::IsPresent;
using match::NumberIn;
using match::NumberIs;
using match::TextGlob;
using match::TextHas;
using match::TextIs;
using Kind = JsonValue::Kind;

class LeafParser {
 public:
  explicit LeafParser(std::string_view text) : text_(text) {}

  Result<Leaf> parse(const JsonValue& array);

 private:
  Result<void> parse_value(const JsonValue& value);
  Result<void> parse_matcher(const JsonValue& object);
  Result<void> parse_exists(const JsonValue& value);
  Result<void> parse_anchored(const JsonMember& matcher, Anchor anchor);
  Result<void> parse_numeric(const JsonValue& value);
  Result<NumberIn> parse_range(const std::vector<JsonValue>& terms);
  Result<double> parse_number(const JsonValue& value);
  Result<std::string> parse_string(const JsonMember& matcher);
  Result<match::Glob> parse_wildcard(const JsonValue& value);

  Result<void> parse_anything_but(const JsonMember& matcher);
  Result<match::Test> parse_excluded_list(const std::vector<JsonValue>& items, std::size_t offset);
  Result<match::Test> parse_excluded_matcher(const JsonValue& object);
  Result<std::vector<std::string>> parse_excluded_strings(const JsonMember& matcher);

  void add(match::Test test) { leaf_.any_of.push_back({std::move(test), false}); }
  tl::unexpected<Error> wrong(std::size_t offset, std::string message) const {
    return fail_at(text_, offset, std::move(message));
  }

  std::string_view text_;
  Leaf leaf_;
  TextIs names_;      // All plain strings of the leaf: one look-up.
  NumberIs numbers_;  // All plain numbers.
};

Result<Leaf> LeafParser::parse(const JsonValue& array) {
  if (array.items.empty()) return wrong(array.offset, "an empty array matches nothing");
  for (const JsonValue& value : array.items) TW_TRY(parse_value(value));
  if (!names_.values.empty()) add(std::move(names_));
  if (!numbers_.values.empty()) add(std::move(numbers_));
  return std::move(leaf_);
}

Result<void> LeafParser::parse_value(const JsonValue& value) {
  switch (value.kind) {
    case Kind::String:
      names_.values.push_back(value.text);
      return {};
    case Kind::Number:
      numbers_.values.push_back(TW_TRY(parse_number(value)));
      return {};
    case Kind::True:
      add(IsLiteral{IsLiteral::Which::True});
      return {};
    case Kind::False:
      add(IsLiteral{IsLiteral::Which::False});
      return {};
    case Kind::Null:
      add(IsLiteral{IsLiteral::Which::Null});
      return {};
    case Kind::Object:
      return parse_matcher(value);
    case Kind::Array:
      break;
  }
  return wrong(value.offset, "an array of values cannot hold another array");
}

Result<void> LeafParser::parse_matcher(const JsonValue& object) {
  if (object.members.size() != 1) {
    return wrong(object.offset, "a matcher is an object with exactly one key");
  }
  const JsonMember& matcher = object.members[0];
  if (matcher.name == "exists") return parse_exists(matcher.value);
  if (matcher.name == "prefix") return parse_anchored(matcher, Anchor::Prefix);
  if (matcher.name == "suffix") return parse_anchored(matcher, Anchor::Suffix);
  if (matcher.name == "numeric") return parse_numeric(matcher.value);
  if (matcher.name == "anything-but") return parse_anything_but(matcher);
  if (matcher.name == "exactly") {
    names_.values.push_back(TW_TRY(parse_string(matcher)));
  } else if (matcher.name == "equals-ignore-case") {
    add(TextIs{{TW_TRY(parse_string(matcher))}, Case::Ignore, {}});
  } else if (matcher.name == "wildcard") {
    TW_TRY(parse_string(matcher));
    add(TextGlob{{TW_TRY(parse_wildcard(matcher.value))}, Case::Sensitive, {}});
  } else if (matcher.name == "cidr") {
    const std::string cidr = TW_TRY(parse_string(matcher));
    const auto network = match::Network::parse(cidr);
    if (!network) return wrong(matcher.value.offset, network.error().message);
    add(match::InNetwork{cidr});
  } else {
    return wrong(matcher.offset, "unknown matcher '" + matcher.name + "'");
  }
  return {};
}

Result<void> LeafParser::parse_exists(const JsonValue& value) {
  if (value.kind == Kind::True) {
    add(IsPresent{IsPresent::What::Leaf});
  } else if (value.kind == Kind::False) {
    leaf_.or_absent = true;
  } else {
    return wrong(value.offset, "exists takes true or false");
  }
  return {};
}

Result<void> LeafParser::parse_anchored(const JsonMember& matcher, Anchor anchor) {
  if (matcher.value.kind != Kind::Object) {
    add(TextHas{{TW_TRY(parse_string(matcher))}, anchor, Case::Sensitive, {}});
    return {};
  }
  const auto& inner = matcher.value.members;
  if (inner.size() != 1 || inner[0].name != "equals-ignore-case") {
    return wrong(matcher.value.offset,
                 matcher.name + " takes a string or {\"equals-ignore-case\": string}");
  }
  add(TextHas{{TW_TRY(parse_string(inner[0]))}, anchor, Case::Ignore, {}});
  return {};
}

Result<std::string> LeafParser::parse_string(const JsonMember& matcher) {
  if (matcher.value.kind == Kind::String) return matcher.value.text;
  return wrong(matcher.value.offset, matcher.name + " takes a string");
}

Result<double> LeafParser::parse_number(const JsonValue& value) {
  if (value.kind != Kind::Number) return wrong(value.offset, "expected a number");
  const auto number = match::parse_number(value.text);
  if (!number)
    return wrong(value.offset, value.text + " is beyond the numbers that can be compared");
  return *number;
}

Result<void> LeafParser::parse_numeric(const JsonValue& value) {
  const auto& terms = value.items;
  if (value.kind != Kind::Array || (terms.size() != 2 && terms.size() != 4)) {
    return wrong(value.offset, "numeric takes [operator, number] or [\">\", low, \"<\", high]");
  }
  if (terms[0].kind == Kind::String && terms[0].text == "=") {
    if (terms.size() == 4) return wrong(terms[2].offset, "nothing can follow a number behind '='");
    add(NumberIs{{TW_TRY(parse_number(terms[1]))}, false});
    return {};
  }
  add(TW_TRY(parse_range(terms)));
  return {};
}

Result<NumberIn> LeafParser::parse_range(const std::vector<JsonValue>& terms) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  NumberIn range{-kInfinity, kInfinity, false, false, false};
  for (std::size_t i = 0; i < terms.size(); i += 2) {
    const std::string& comparison = terms[i].text;  // A number's text is no operator.
    const bool is_lower = comparison == ">" || comparison == ">=";
    if (!is_lower && comparison != "<" && comparison != "<=") {
      return wrong(terms[i].offset, "numeric compares by =, <, <=, > or >=");
    }
    const bool inclusive = comparison.size() == 2;
    (is_lower ? range.lower : range.upper) = TW_TRY(parse_number(terms[i + 1]));
    (is_lower ? range.lower_inclusive : range.upper_inclusive) = inclusive;
    if (terms.size() == 4 && is_lower != (i == 0)) {
      return wrong(terms[i].offset, "a range names its lower bound first, then its upper bound");
    }
  }
  if (range.lower >= range.upper) {
    return wrong(terms[0].offset, "the lower bound must be less than the upper bound");
  }
  return range;
}

Result<match::Glob> LeafParser::parse_wildcard(const JsonValue& value) {
  match::Glob glob;
  const auto add_literal = [&glob](char c) {
    if (glob.empty() || glob.back().what != GlobPart::What::Literal) glob.emplace_back();
    glob.back().literal += c;
  };
  const std::string& text = value.text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*') {
      if (!glob.empty() && glob.back().what == GlobPart::What::Run) {
        return wrong(value.offset, "two '*' in a row in a wildcard");
      }
      glob.push_back({GlobPart::What::Run, {}});
    } else if (text[i] != '\\') {
      add_literal(text[i]);
    } else if (i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '\\')) {
      add_literal(text[++i]);
    } else {
      return wrong(value.offset, "a wildcard's backslash escapes only '*' and '\\'");
    }
  }
  return glob;
}

Result<void> LeafParser::parse_anything_but(const JsonMember& matcher) {
  const JsonValue& value = matcher.value;
  match::Test excluded;
  switch (value.kind) {
    case Kind::String:
      excluded = TextIs{{value.text}, Case::Sensitive, {}};
      break;
    case Kind::Number:
      excluded = NumberIs{{TW_TRY(parse_number(value))}, false};
      break;
    case Kind::Array:
      excluded = TW_TRY(parse_excluded_list(value.items, value.offset));
      break;
    case Kind::Object:
      excluded = TW_TRY(parse_excluded_matcher(value));
      break;
    default:
      return wrong(value.offset, "anything-but takes no true, false or null");
  }
  leaf_.any_of.push_back({std::move(excluded), true});
  return {};
}

Result<match::Test> LeafParser::parse_excluded_list(const std::vector<JsonValue>& items,
                                                    std::size_t offset) {
  TextIs names;
  NumberIs numbers;
  for (const JsonValue& item : items) {
    if (item.kind == Kind::String) {
      names.values.push_back(item.text);
    } else if (item.kind == Kind::Number) {
      numbers.values.push_back(TW_TRY(parse_number(item)));
    } else {
      return wrong(item.offset, "anything-but lists strings or numbers only");
    }
  }
  if (names.values.empty() == numbers.values.empty()) {
    return wrong(offset, "anything-but lists either strings or numbers, at least one");
  }
  if (numbers.values.empty()) return match::Test{std::move(names)};
  return match::Test{std::move(numbers)};
}

Result<match::Test> LeafParser::parse_excluded_matcher(const JsonValue& object) {
  if (object.members.size() != 1) {
    return wrong(object.offset, "anything-but takes exactly one inner matcher");
  }
  const JsonMember& matcher = object.members[0];
  if (matcher.name == "prefix" || matcher.name == "suffix") {
    std::vector<std::string> parts = TW_TRY(parse_excluded_strings(matcher));
    if (std::find(parts.begin(), parts.end(), "") != parts.end()) {
      return wrong(matcher.value.offset, "every string has the empty " + matcher.name);
    }
    const Anchor anchor = matcher.name == "prefix" ? Anchor::Prefix : Anchor::Suffix;
    return match::Test{TextHas{std::move(parts), anchor, Case::Sensitive, {}}};
  }
  if (matcher.name == "equals-ignore-case") {
    return match::Test{TextIs{TW_TRY(parse_excluded_strings(matcher)), Case::Ignore, {}}};
  }
  if (matcher.name != "wildcard") {
    return wrong(matcher.offset, "anything-but has no inner matcher '" + matcher.name + "'");
  }
  TW_TRY(parse_excluded_strings(matcher));
  TextGlob globs;
  if (matcher.value.kind == Kind::String) {
    globs.globs.push_back(TW_TRY(parse_wildcard(matcher.value)));
  }
  for (const JsonValue& item : matcher.value.items) {
    globs.globs.push_back(TW_TRY(parse_wildcard(item)));
  }
  return match::Test{std::move(globs)};
}

// A string, or a list of at least one.
Result<std::vector<std::string>> LeafParser::parse_excluded_strings(const JsonMember& matcher) {
  const JsonValue& value = matcher.value;
  if (value.kind == Kind::String) return std::vector<std::string>{value.text};
  std::vector<std::string> strings;
  for (const JsonValue& item : value.items) {
    if (item.kind != Kind::String) return wrong(item.offset, matcher.name + " lists strings only");
    strings.push_back(item.text);
  }
  if (strings.empty()) {
    return wrong(value.offset, matcher.name + " takes a string or a list of strings");
  }
  return strings;
}

}  // namespace

Result<Leaf> parse_leaf(std::string_view text, const JsonValue& array) {
  return LeafParser(text).parse(array);
}

bool is_reserved(std::string_view name) {
  static constexpr std::array<std::string_view, 23> kReserved = {"exactly",
                                                                 "prefix",
                                                                 "suffix",
                                                                 "equals-ignore-case",
                                                                 "anything-but",
                                                                 "exists",
                                                                 "wildcard",
                                                                 "numeric",
                                                                 "cidr",
                                                                 "=",
                                                                 "<",
                                                                 "<=",
                                                                 ">",
                                                                 ">=",
                                                                 "regex",
                                                                 "not-wildcard",
                                                                 "not-equals-ignore-case",
                                                                 "date-after",
                                                                 "date-on-or-after",
                                                                 "date-before",
                                                                 "date-on-or-before",
                                                                 "in-date-range",
                                                                 "ip-address-in-range"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end() ||
         name == "ip-address-not-in-range";
}

}  // namespace trailwarden::pattern
