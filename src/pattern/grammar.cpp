#include "pattern/grammar.h"

#include <utility>

#include "pattern/json_document.h"
#include "pattern/operators.h"

namespace trailwarden::pattern {
namespace {

using Kind = JsonValue::Kind;
using Branches = std::vector<Grammar::Branch>;

// Reads objects in document order into branches. A condition is set in every branch there is, so
// what is written later replaces what an earlier $or or member set at the same path.
class GrammarParser {
 public:
  explicit GrammarParser(std::string_view text) : text_(text) {}

  Result<Grammar> parse(const JsonValue& pattern) {
    if (pattern.kind != Kind::Object) return wrong(pattern.offset, "a pattern is a JSON object");
    grammar_.branches.emplace_back();
    TW_TRY(parse_object(pattern, "", Place::Pattern, grammar_.branches));
    return std::move(grammar_);
  }

 private:
  enum class Place : std::uint8_t { Pattern, OrBranch };

  Result<void> parse_object(const JsonValue& object, const std::string& prefix, Place place,
                            Branches& branches);
  Result<void> parse_member(const JsonMember& member, const std::string& path, Branches& branches);
  Result<void> parse_or(const JsonMember& member, const std::string& prefix, Branches& branches);
  Result<void> check_size(std::size_t offset, const Branches& branches) const;

  tl::unexpected<Error> wrong(std::size_t offset, std::string message) const {
    return fail_at(text_, offset, std::move(message));
  }

  std::string_view text_;
  Grammar grammar_;
};

// `prefix` ends with a dot unless it is empty.
Result<void> GrammarParser::parse_object(const JsonValue& object, const std::string& prefix,
                                         Place place, Branches& branches) {
  if (object.members.empty()) return wrong(object.offset, "an empty object matches nothing");
  for (const JsonMember& member : object.members) {
    if (place == Place::OrBranch && is_reserved(member.name)) {
      return wrong(member.offset, "a field in $or cannot be named '" + member.name + "'");
    }
    if (member.name == "$or") {
      TW_TRY(parse_or(member, prefix, branches));
    } else {
      TW_TRY(parse_member(member, prefix + member.name, branches));
    }
  }
  return {};
}

Result<void> GrammarParser::parse_member(const JsonMember& member, const std::string& path,
                                         Branches& branches) {
  if (member.value.kind == Kind::Object) {
    return parse_object(member.value, path + ".", Place::Pattern, branches);
  }
  if (member.value.kind != Kind::Array) {
    return wrong(member.value.offset,
                 "'" + member.name + "' must be an object or an array of values");
  }
  const std::size_t leaf = grammar_.leaves.size();
  grammar_.leaves.push_back(TW_TRY(parse_leaf(text_, member.value)));
  for (Grammar::Branch& branch : branches) branch[path] = leaf;
  return check_size(member.offset, branches);
}

Result<void> GrammarParser::parse_or(const JsonMember& member, const std::string& prefix,
                                     Branches& branches) {
  const auto& alternatives = member.value.items;
  if (alternatives.size() < 2) {
    return wrong(member.value.offset, "$or takes an array of at least two objects");
  }
  if (branches.size() * alternatives.size() > kBranchesMax) {
    return wrong(member.offset, "$or multiplies out to more than 1000 combinations");
  }
  Branches product;
  for (const JsonValue& alternative : alternatives) {
    if (alternative.kind != Kind::Object) return wrong(alternative.offset, "$or lists objects");
    Branches copies = branches;
    TW_TRY(parse_object(alternative, prefix, Place::OrBranch, copies));
    std::move(copies.begin(), copies.end(), std::back_inserter(product));
    if (product.size() > kBranchesMax) {
      return wrong(member.offset, "$or multiplies out to more than 1000 combinations");
    }
  }
  branches = std::move(product);
  return check_size(member.offset, branches);
}

Result<void> GrammarParser::check_size(std::size_t offset, const Branches& branches) const {
  std::size_t conditions = 0;
  for (const Grammar::Branch& branch : branches) conditions += branch.size();
  if (conditions > kConditionsMax) return wrong(offset, "more than a million conditions");
  return {};
}

}  // namespace

Result<Grammar> parse_pattern(std::string_view json) {
  const JsonValue document = TW_TRY(parse_json(json));
  return GrammarParser(json).parse(document);
}

}  // namespace trailwarden::pattern
