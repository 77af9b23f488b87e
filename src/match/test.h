// A Test compiled for speed, and the judgement of one value by it.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "match/glob.h"
#include "match/network.h"
#include "match/predicate.h"
#include "match/regex.h"
#include "match/texts.h"

namespace trailwarden::match {

// Some of TextIs, TextHas, TextGlob or TextRegex: `covers(text)` for each of a value's texts.
// Literals above ASCII that ignore case are in `odd`, all others are compared in lower case.
class TextTest {
 public:
  static Result<TextTest> compile(const TextIs& test);
  static Result<TextTest> compile(const TextHas& test);
  static Result<TextTest> compile(const TextGlob& test);
  static Result<TextTest> compile(const TextRegex& test);

  bool passes(std::uint32_t value, Texts& texts) const;

 private:
  using NameSet = boost::unordered_flat_set<std::string, TextHash, std::equal_to<>>;
  struct OneName {
    std::string name;
  };
  struct Parts {
    Anchor anchor;
    std::vector<std::string> parts;
  };
  using Plain = std::variant<OneName, NameSet, Parts, std::vector<CompiledGlob>, Regex>;

  TextTest(Domain domain, Case letters);
  bool covers(std::string_view text) const;
  bool judge_texts(std::uint32_t value, Texts& texts) const;

  std::uint64_t id_;  // For verdicts: no other test in this process has it.
  Domain domain_;
  Case letters_;
  Plain plain_;
  std::optional<Regex> odd_;
};

// The expression with its flags in front, as RE2 takes it.
std::string regex_with_flags(const TextRegex& test);

struct NumberSet {
  std::vector<double> values;
  bool also_numeric_text;
};

// A Predicate ready to run. Immutable.
class CompiledPredicate {
 public:
  // Error: a regular expression or network that is none.
  static Result<CompiledPredicate> compile(const Predicate& predicate);

  json::FieldId field() const { return field_; }
  // Whether some value of the field passes: the meaning of a Predicate.
  bool holds(Texts& texts) const;
  // Whether the value with this index passes.
  bool passes(std::uint32_t value, Texts& texts) const;

 private:
  using Compiled = std::variant<TextTest, Network, NumberSet, NumberIn, IsLiteral, IsPresent,
                                LikeField, TimePart>;
  CompiledPredicate(const Predicate& predicate, Compiled test)
      : field_(predicate.field), inverted_(predicate.inverted), test_(std::move(test)) {}

  json::FieldId field_;
  bool inverted_;
  Compiled test_;
};

}  // namespace trailwarden::match
