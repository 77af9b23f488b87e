// The slow, obvious matcher that the compiled one must agree with: it walks a JSON tree for every
// question, tries every choice of array elements, matches wildcards by naive recursion. It shares
// RE2, time stamps and case folding above ASCII with the compiled matcher and nothing else.
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "match/fold.h"
#include "match/matcher.h"
#include "match/predicate.h"
#include "match/regex.h"
#include "match/time_part.h"
#include "reference_json.h"

namespace trailwarden::reference {

using match::Case;
using match::Domain;

// Array passed through on the way to a value -> position in it.
using Membership = std::map<const Json*, std::size_t>;
struct Found {
  const Json* json;
  Membership membership;
};

inline bool is_scalar(const Json& json) {
  return json.kind != json::Kind::Object && json.kind != json::Kind::Array;
}

// All values at a dotted path, arrays passed through.
class Finder {
 public:
  static std::vector<Found> find(const Json& event, std::string_view path) {
    Finder finder;
    std::vector<std::string> names;
    if (!path.empty()) names = split(path);
    finder.visit(event, names, 0, {});
    return std::move(finder.found_);
  }

 private:
  static std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> names(1);
    for (const char c : path) {
      if (c == '.') {
        names.emplace_back();
      } else {
        names.back() += c;
      }
    }
    return names;
  }

  void visit(const Json& json, const std::vector<std::string>& names, std::size_t at,
             const Membership& membership) {
    if (json.kind != json::Kind::Array || !in_array_) {
      if (at == names.size()) found_.push_back({&json, membership});
    }
    if (json.kind == json::Kind::Array) {
      for (std::size_t i = 0; i < json.items.size(); ++i) {
        Membership inner = membership;
        if (!is_scalar(json.items[i])) inner[&json] = i;
        const bool before = std::exchange(in_array_, true);
        visit(json.items[i], names, at, inner);
        in_array_ = before;
      }
    }
    if (json.kind != json::Kind::Object) return;
    const bool before = std::exchange(in_array_, false);
    for (const auto& [name, value] : json.members) {
      const std::vector<std::string> own = split(name);
      if (at + own.size() > names.size()) continue;
      if (!std::equal(own.begin(), own.end(), names.begin() + static_cast<std::ptrdiff_t>(at)))
        continue;
      visit(value, names, at + own.size(), membership);
    }
    in_array_ = before;
  }

  std::vector<Found> found_;
  bool in_array_ = false;  // Arrays in arrays are no values of their own.
};

inline bool consistent(const Membership& left, const Membership& right) {
  return std::all_of(left.begin(), left.end(), [&](const auto& entry) {
    const auto other = right.find(entry.first);
    return other == right.end() || other->second == entry.second;
  });
}

inline std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// The texts a value has in a domain.
inline std::vector<std::string> texts_of(const Json& json, Domain domain) {
  if (json.kind == json::Kind::String) return {json.text};
  if (domain == Domain::Strings || json.kind == json::Kind::Null) return {};
  if (is_scalar(json)) return {json.raw};
  std::string compact;
  bool in_string = false;
  for (std::size_t i = 0; i < json.raw.size(); ++i) {
    const char c = json.raw[i];
    if (!in_string && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) continue;
    compact += c;
    if (in_string && c == '\\') {
      compact += json.raw[++i];
    } else if (c == '"') {
      in_string = !in_string;
    }
  }
  std::string unquoted;
  for (std::size_t i = 0; i < compact.size(); ++i) {
    if (compact[i] != '\\') {
      unquoted += compact[i];
    } else {
      unquoted += compact.substr(i, 2) == "\\\"" ? "\"" : compact.substr(i, 2);
      ++i;
    }
  }
  return {compact, unquoted};
}

inline std::size_t character(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (text[size] & 0xC0) == 0x80) ++size;
  return size;
}

// Naive recursion over the parts from `at` on.
inline bool glob_covers(const match::Glob& glob, std::size_t at, std::string_view text) {
  using What = match::GlobPart::What;
  if (at == glob.size()) return text.empty();
  switch (glob[at].what) {
    case What::Literal:
      return text.starts_with(glob[at].literal) &&
             glob_covers(glob, at + 1, text.substr(glob[at].literal.size()));
    case What::One:
      return !text.empty() && glob_covers(glob, at + 1, text.substr(character(text)));
    case What::Run:
      break;
  }
  if (glob_covers(glob, at + 1, text)) return true;
  return !text.empty() && glob_covers(glob, at, text.substr(character(text)));
}

inline bool search(const std::string& expression, const std::string& text) {
  const auto regex = match::Regex::compile(expression);
  return regex && regex->found_in(text);
}

// Whether `literal` and `text` satisfy `relation`, in the way `letters` compares. A literal above
// ASCII is compared by an expression between `before` and `after`.
struct TextRelation {
  std::function<bool(const std::string& literal, const std::string& text)> holds;
  const char* before;
  const char* after;
};
inline bool compare(const TextRelation& relation, Case letters, const std::string& literal,
                    const std::string& text) {
  if (letters == Case::Sensitive) return relation.holds(literal, text);
  if (match::is_ascii(literal)) return relation.holds(lower(literal), lower(text));
  return search(
      "(?s)" + std::string(relation.before) + match::caseless_regex(literal) + relation.after,
      text);
}

inline bool in_network(const std::string& cidr, const std::string& text) {
  const std::size_t slash = cidr.find('/');
  const std::string base = cidr.substr(0, slash);
  const int bits = std::atoi(cidr.c_str() + slash + 1);
  const int family = base.find(':') == base.npos ? AF_INET : AF_INET6;
  unsigned char left[16] = {};
  unsigned char right[16] = {};
  if (text.find('\0') != text.npos || inet_pton(family, base.c_str(), left) != 1 ||
      inet_pton(family, text.c_str(), right) != 1) {
    return false;
  }
  for (int bit = 0; bit < bits; ++bit) {
    const int shift = 7 - bit % 8;
    if ((left[bit / 8] >> shift & 1) != (right[bit / 8] >> shift & 1)) return false;
  }
  return true;
}

class Engine {
 public:
  // `paths` by FieldId.
  Engine(const Json& event, const std::vector<std::string>& paths,
         const std::vector<match::Predicate>& predicates)
      : event_(event), paths_(paths), predicates_(predicates) {}

  bool holds(const match::Expression& expression) const {
    using Kind = match::Expression::Kind;
    const auto& operands = expression.operands;
    const auto operand_holds = [this](const match::Expression& operand) { return holds(operand); };
    switch (expression.kind) {
      case Kind::Predicate:
        return holds(predicates_[match::index_of(expression.predicate)]);
      case Kind::And:
        return std::all_of(operands.begin(), operands.end(), operand_holds);
      case Kind::Or:
        return std::any_of(operands.begin(), operands.end(), operand_holds);
      case Kind::Not:
        break;
    }
    return !holds(operands[0]);
  }

  bool holds(const std::vector<match::Branch>& branches) const {
    return std::any_of(branches.begin(), branches.end(),
                       [this](const match::Branch& branch) { return holds(branch, 0, {}); });
  }

  bool holds(const match::Predicate& predicate) const {
    const std::vector<Found>& found = values(predicate.field);
    return std::any_of(found.begin(), found.end(),
                       [&](const Found& it) { return passes(predicate, *it.json); });
  }

 private:
  const std::vector<Found>& values(json::FieldId field) const {
    const auto [known, is_new] = values_.try_emplace(field);
    if (is_new) known->second = Finder::find(event_, paths_[json::index_of(field)]);
    return known->second;
  }

  // Conditions from `at` on, given the elements chosen before.
  bool holds(const match::Branch& branch, std::size_t at, const Membership& chosen) const {
    if (at == branch.size()) return true;
    const match::FieldCondition& condition = branch[at];
    bool absent = true;
    for (const Found& it : values(condition.field)) {
      if (!consistent(it.membership, chosen)) continue;
      if (is_scalar(*it.json)) absent = false;
      if (!passes_any(condition, *it.json)) continue;
      Membership all = chosen;
      all.insert(it.membership.begin(), it.membership.end());
      if (holds(branch, at + 1, all)) return true;
    }
    return condition.or_absent && absent && holds(branch, at + 1, chosen);
  }

  bool passes_any(const match::FieldCondition& condition, const Json& value) const {
    return std::any_of(
        condition.any_of.begin(), condition.any_of.end(),
        [&](match::PredicateId id) { return passes(predicates_[match::index_of(id)], value); });
  }

  bool passes(const match::Predicate& predicate, const Json& value) const {
    const bool passed =
        std::visit([&](const auto& test) { return passes(test, value); }, predicate.test);
    return predicate.inverted ? is_scalar(value) && !passed : passed;
  }

  template <class Literals>
  bool some_text(const Json& value, Domain domain, Case letters, const Literals& literals,
                 const TextRelation& relation) const {
    for (const std::string& text : texts_of(value, domain)) {
      for (const auto& literal : literals) {
        if (compare(relation, letters, literal, text)) return true;
      }
    }
    return false;
  }

  bool passes(const match::TextIs& test, const Json& value) const {
    const TextRelation equal{[](auto& literal, auto& text) { return literal == text; }, "\\A",
                             "\\z"};
    return some_text(value, test.domain, test.letters, test.values, equal);
  }
  bool passes(const match::TextHas& test, const Json& value) const {
    const TextRelation prefix{[](auto& part, auto& text) { return text.starts_with(part); }, "\\A",
                              ""};
    const TextRelation suffix{[](auto& part, auto& text) { return text.ends_with(part); }, "",
                              "\\z"};
    const TextRelation inside{[](auto& part, auto& text) { return text.find(part) != text.npos; },
                              "", ""};
    const auto& relation = test.anchor == match::Anchor::Prefix   ? prefix
                           : test.anchor == match::Anchor::Suffix ? suffix
                                                                  : inside;
    return some_text(value, test.domain, test.letters, test.parts, relation);
  }
  bool passes(const match::TextGlob& test, const Json& value) const {
    for (const std::string& text : texts_of(value, test.domain)) {
      for (match::Glob glob : test.globs) {
        std::string seen = text;
        if (test.letters == Case::Ignore) {
          seen = lower(text);
          for (auto& part : glob) part.literal = lower(part.literal);
        }
        if (glob_covers(glob, 0, seen)) return true;
      }
    }
    return false;
  }
  bool passes(const match::TextRegex& test, const Json& value) const {
    std::string flags = "(?";
    if (test.letters == Case::Ignore) flags += 'i';
    if (test.dot_matches_newline) flags += 's';
    if (test.multi_line) flags += 'm';
    for (const std::string& text : texts_of(value, test.domain)) {
      if (search((flags == "(?" ? "" : flags + ")") + test.expression, text)) return true;
    }
    return false;
  }
  bool passes(const match::InNetwork& test, const Json& value) const {
    return value.kind == json::Kind::String && in_network(test.cidr, value.text);
  }

  static bool number_of(const Json& value, bool also_text, double& number) {
    const std::string& text = value.kind == json::Kind::Number ? value.raw : value.text;
    if (value.kind != json::Kind::Number && !(also_text && value.kind == json::Kind::String))
      return false;
    const auto parsed = JsonReader::read(text);
    if (!parsed || parsed->kind != json::Kind::Number || parsed->raw != text) return false;
    number = std::strtod(text.c_str(), nullptr);
    const bool is_zero = text.find_first_of("123456789") >= text.find_first_of("eE");
    return std::abs(number) <= 1.7976931348623157e308 && (number != 0 || is_zero);
  }
  bool passes(const match::NumberIs& test, const Json& value) const {
    double number = 0;
    return number_of(value, test.also_numeric_text, number) &&
           std::find(test.values.begin(), test.values.end(), number) != test.values.end();
  }
  bool passes(const match::NumberIn& test, const Json& value) const {
    double number = 0;
    if (!number_of(value, test.also_numeric_text, number)) return false;
    const bool low = test.lower_inclusive ? number >= test.lower : number > test.lower;
    const bool high = test.upper_inclusive ? number <= test.upper : number < test.upper;
    return low && high;
  }
  bool passes(const match::IsLiteral& test, const Json& value) const {
    using Which = match::IsLiteral::Which;
    const char* name = test.which == Which::True    ? "true"
                       : test.which == Which::False ? "false"
                                                    : "null";
    return is_scalar(value) && value.kind != json::Kind::String && value.raw == name;
  }
  bool passes(const match::IsPresent& test, const Json& value) const {
    if (test.what == match::IsPresent::What::Leaf) return is_scalar(value);
    return test.what == match::IsPresent::What::Anything || value.kind != json::Kind::Null;
  }
  bool passes(const match::LikeField& test, const Json& value) const {
    using How = match::LikeField::How;
    if (!is_scalar(value) || value.kind == json::Kind::Null) return false;
    const auto fold = [&](const std::string& text) {
      return test.letters == Case::Ignore ? lower(text) : text;
    };
    const std::string mine = fold(texts_of(value, Domain::AnyText)[0]);
    for (const Found& other : values(test.other)) {
      if (!is_scalar(*other.json) || other.json->kind == json::Kind::Null) continue;
      const std::string its = fold(texts_of(*other.json, Domain::AnyText)[0]);
      if ((test.how == How::Equal && mine == its) ||
          (test.how == How::Prefix && mine.starts_with(its)) ||
          (test.how == How::Suffix && mine.ends_with(its)) ||
          (test.how == How::Inside && mine.find(its) != mine.npos)) {
        return true;
      }
    }
    return false;
  }
  bool passes(const match::TimePart& test, const Json& value) const {
    return value.kind == json::Kind::String &&
           match::part_of_time(value.text, test.part) == test.equals;
  }

  const Json& event_;
  const std::vector<std::string>& paths_;
  const std::vector<match::Predicate>& predicates_;
  mutable std::map<json::FieldId, std::vector<Found>> values_;  // Found so far.
};

}  // namespace trailwarden::reference
