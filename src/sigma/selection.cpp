#include "sigma/selection.h"

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include "sigma/cloudtrail_fields.h"
#include "sigma/encoding.h"
#include "sigma/modifier.h"
#include "sigma/suggest.h"
#include "sigma/text.h"
#include "sigma/value.h"

namespace trailwarden::sigma {
namespace {

using match::Expression;

// Beyond this, a double no longer tells whole numbers apart: they are compared as text.
constexpr double kExactIntegerMax = 9007199254740992.0;  // 2^53
// Alternatives that modifiers may make of one item's values.
constexpr std::size_t kAlternativesMax = 20'000;
// Modifiers of one field; the longest sensible chain has five. Each may double its values' length.
constexpr std::size_t kChainMax = 8;

// One value as written, and the alternatives that the modifiers made of it.
struct Alternatives {
  Position at;
  std::vector<Value> values;
};

// "field|modifier|modifier: value", taken apart.
struct Item {
  std::string field;  // Empty: keywords, which look at the whole record.
  bool match_all = false;
  bool negate = false;
  std::vector<Alternatives> values;
};

// --- values to predicates ------------------------------------------------------------------------

// Adds the values of `from` to `into` if both ask the same of different values.
bool absorb(match::Test& into, const match::Test& from) {
  const auto append = [](auto& list, const auto& more) {
    list.insert(list.end(), more.begin(), more.end());
    return true;
  };
  if (into.index() != from.index()) return false;
  return std::visit(
      [&](auto& left) {
        using T = std::decay_t<decltype(left)>;
        const T& right = std::get<T>(from);
        if constexpr (std::is_same_v<T, match::TextIs>) {
          return left.letters == right.letters && append(left.values, right.values);
        } else if constexpr (std::is_same_v<T, match::TextHas>) {
          return left.letters == right.letters && left.anchor == right.anchor &&
                 append(left.parts, right.parts);
        } else if constexpr (std::is_same_v<T, match::TextGlob>) {
          return left.letters == right.letters && append(left.globs, right.globs);
        } else if constexpr (std::is_same_v<T, match::NumberIs>) {
          return append(left.values, right.values);
        } else {
          return false;
        }
      },
      into);
}

// Compiles the values of one item to tests of one field.
class ValueCompiler {
 public:
  ValueCompiler(const Item& item, Draft& draft) : item_(item), draft_(draft) {}

  Expression any_of(const std::vector<const Value*>& values) {
    tests_.clear();
    others_.clear();
    for (const Value* value : values) std::visit([this](const auto& v) { take(v); }, *value);
    for (match::Test& test : tests_) others_.push_back(draft_.holds({item_.field, test, {}}));
    if (others_.size() == 1) return std::move(others_.front());
    return Expression::any(std::move(others_));
  }

 private:
  bool keywords() const { return item_.field.empty(); }

  void add(match::Test test) {
    for (match::Test& known : tests_) {
      if (absorb(known, test)) return;
    }
    tests_.push_back(std::move(test));
  }

  void add_text(match::Glob glob, match::Case letters) {
    if (keywords()) {  // Anywhere in the record's text.
      open_front(glob);
      open_back(glob);
    }
    add(test_of(glob, letters));
  }

  void add_unless(bool negated, match::Test test) {
    Expression holds = draft_.holds({item_.field, std::move(test), {}});
    others_.push_back(negated ? Expression::negate(std::move(holds)) : std::move(holds));
  }

  void take(const TextValue& text) {
    add_text(text.glob, text.cased ? match::Case::Sensitive : match::Case::Ignore);
  }
  void take(const NumberValue& number) {
    const bool exact = number.number < kExactIntegerMax && number.number > -kExactIntegerMax;
    if (keywords() || !exact) return add_text(literal_glob(number.written), match::Case::Ignore);
    add(match::NumberIs{{number.number}, true});
  }
  void take(const BooleanValue& boolean) {
    // As text, so that CloudTrail's "true" and "True" count as well as true.
    add_text(literal_glob(boolean.truth ? "true" : "false"), match::Case::Ignore);
  }
  void take(const NullValue&) {
    add_unless(true, match::IsPresent{match::IsPresent::What::NotNull});
  }
  void take(const PresenceValue& presence) {
    add_unless(!presence.expected, match::IsPresent{match::IsPresent::What::Anything});
  }
  void take(const RegexValue& value) { add(value.regex); }
  void take(const NetworkValue& value) { add(match::InNetwork{value.cidr}); }
  void take(const ComparisonValue& value) { add(value.range); }
  void take(const TimePartValue& value) { add(value.part); }
  void take(const FieldValue& field) {
    match::LikeField like;
    like.how = field.how;
    like.letters = field.letters;
    others_.push_back(draft_.holds({item_.field, like, field.path}));
  }

  const Item& item_;
  Draft& draft_;
  std::vector<match::Test> tests_;
  std::vector<Expression> others_;
};

Expression compile_item(const Item& item, Draft& draft) {
  ValueCompiler compiler(item, draft);
  std::vector<const Value*> any;
  std::vector<Expression> all;
  for (const Alternatives& alternatives : item.values) {
    if (item.match_all) any.clear();
    for (const Value& value : alternatives.values) any.push_back(&value);
    if (item.match_all) all.push_back(compiler.any_of(any));
  }
  Expression result = item.match_all ? Expression::all(std::move(all)) : compiler.any_of(any);
  return item.negate ? Expression::negate(std::move(result)) : result;
}

// --- YAML to items -------------------------------------------------------------------------------

class ItemReader {
 public:
  ItemReader(const PredicateCheck& check, Remarks& remarks) : check_(check), remarks_(remarks) {}

  // A member of a map: its key is the field with modifiers. False if it is refused.
  bool read_member(const Node& member, Item& item) {
    const std::size_t errors = remarks_.errors();
    std::vector<Link> chain = split_key(member, item);
    lint_field(member, item);
    read_values(member, item);
    check_chain(chain, item, member);
    if (chain.size() > kChainMax) {
      remarks_.error(member.key_at,
                     "a field has at most " + std::to_string(kChainMax) + " modifiers");
      return false;
    }
    for (const Link& link : chain) apply(link, item);
    check_result(item);
    return remarks_.errors() == errors;
  }

  // Keywords without a key.
  bool read_keyword(const Node& scalar, Item& item) {
    const std::size_t errors = remarks_.errors();
    item.values.push_back({scalar.at, {value_of(scalar)}});
    check_result(item);
    return remarks_.errors() == errors;
  }

 private:
  struct Link {
    const Modifier* modifier;
    Position at;
  };

  std::vector<Link> split_key(const Node& member, Item& item) {
    const std::string_view key = member.key;
    std::size_t end = key.find('|');
    item.field = std::string(key.substr(0, end));
    std::vector<Link> chain;
    while (end != std::string_view::npos) {
      const std::size_t start = end + 1;
      end = key.find('|', start);
      const std::string_view name = key.substr(start, end - start);
      const Position at{member.key_at.line,
                        member.key_at.column + static_cast<std::uint32_t>(start)};
      if (const Modifier* modifier = find_modifier(name)) {
        chain.push_back({modifier, at});
      } else {
        unknown_modifier(name, at);
      }
    }
    if (chain.empty() && item.field.empty()) {
      remarks_.error(member.key_at, "a field's name is missing");
    }
    return chain;
  }

  void unknown_modifier(std::string_view name, Position at) {
    std::string message = "unknown modifier '" + std::string(name) + "'";
    const std::string_view near = closest(name, modifier_names());
    if (!near.empty()) message += ", try '" + std::string(near) + "'";
    remarks_.error(at, std::move(message));
  }

  void lint_field(const Node& member, const Item& item) {
    const std::string problem = field_name_problem(item.field);
    if (!problem.empty()) remarks_.warn(member.key_at, problem);
  }

  void read_values(const Node& member, Item& item) {
    if (member.is_mapping()) {
      remarks_.error(member.at, "a map cannot be a value: write the path with dots, '" +
                                    item.field + ".name: value'");
    } else if (member.is_scalar()) {
      item.values.push_back({member.at, {value_of(member)}});
    } else if (member.items.empty()) {
      remarks_.warn(member.at, "an empty list of values is read as null");
      item.values.push_back({member.at, {NullValue{}}});
    } else {
      for (const Node& value : member.items) read_listed(value, item);
    }
  }

  void read_listed(const Node& value, Item& item) {
    if (!value.is_scalar()) {
      remarks_.error(value.at,
                     "a list of values holds texts, numbers and the like, but this is a " +
                         std::string(value.is_mapping() ? "map" : "list"));
      return;
    }
    item.values.push_back({value.at, {value_of(value)}});
    if (std::holds_alternative<NullValue>(item.values.back().values.front())) {
      remarks_.warn(value.at,
                    "null in a list of values: Sigma wants a selection of its own for it");
    }
  }

  void check_chain(const std::vector<Link>& chain, const Item& item, const Node& member) {
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const Modifier& modifier = *chain[i].modifier;
      const std::string name = "'" + std::string(modifier.name) + "'";
      if (modifier.stand == Modifier::Stand::First && i > 0) {
        remarks_.error(chain[i].at, name + " must be the first modifier");
      } else if (modifier.stand == Modifier::Stand::Alone && chain.size() > 1) {
        remarks_.error(chain[i].at, name + " must be the only modifier");
      } else if (modifier.effect == Modifier::Effect::MatchAll && item.values.size() == 1) {
        remarks_.warn(chain[i].at, name + " changes nothing for a single value");
      }
      for (std::size_t j = 0; j < i; ++j) {
        if (chain[j].modifier == &modifier) {
          remarks_.warn(chain[i].at, name + " stands twice");
          break;
        }
      }
    }
    if (chain.size() == 1 && chain[0].modifier->stand == Modifier::Stand::Alone &&
        item.values.size() > 1) {
      remarks_.error(member.at,
                     "'" + std::string(chain[0].modifier->name) + "' takes one value, not a list");
    }
  }

  void apply(const Link& link, Item& item) {
    switch (link.modifier->effect) {
      case Modifier::Effect::MatchAll:
        item.match_all = true;
        return;
      case Modifier::Effect::Negate:
        item.negate = true;
        return;
      case Modifier::Effect::OnValues:
        std::size_t count = 0;
        for (Alternatives& alternatives : item.values) apply(link, alternatives, count);
        return;
    }
  }

  // Counts the item's alternatives and stops when they are too many, which check_result() reports.
  void apply(const Link& link, Alternatives& alternatives, std::size_t& count) {
    std::vector<Value> modified;
    for (const Value& value : alternatives.values) {
      if (count > kAlternativesMax) break;
      Modified result = link.modifier->apply(value);
      const std::string name = "'" + std::string(link.modifier->name) + "'";
      if (!result.error.empty()) {
        remarks_.error(alternatives.at, name + ": " + result.error);
        modified.clear();
        break;
      }
      if (result.values.empty()) {
        remarks_.error(alternatives.at, name + " takes " + std::string(link.modifier->takes) +
                                            ", but this is " + std::string(kind_of(value)));
        modified.clear();
        break;
      }
      count += result.values.size();
      for (Value& one : result.values) modified.push_back(std::move(one));
    }
    alternatives.values = std::move(modified);
  }

  void check_result(const Item& item) {
    std::size_t count = 0;
    for (const Alternatives& alternatives : item.values) {
      count += alternatives.values.size();
      for (const Value& value : alternatives.values) check_value(value, item, alternatives.at);
    }
    if (count > kAlternativesMax && !item.values.empty()) {
      remarks_.error(item.values.front().at, "the modifiers make more than " +
                                                 std::to_string(kAlternativesMax) +
                                                 " values of this list");
    }
  }

  void check_value(const Value& value, const Item& item, Position at) {
    if (const auto* regex = std::get_if<RegexValue>(&value)) {
      const std::optional<std::string> problem = check_(regex->regex);
      if (problem) remarks_.error(at, *problem);
    }
    if (const auto* text = std::get_if<TextValue>(&value)) {
      if (!is_utf8(literal_of(text->glob))) {
        remarks_.error(at,
                       "the modifiers make bytes of it that no record can hold: put 'base64' or "
                       "'base64offset' behind");
      }
    }
    const bool for_keywords =
        std::holds_alternative<TextValue>(value) || std::holds_alternative<NumberValue>(value) ||
        std::holds_alternative<BooleanValue>(value) || std::holds_alternative<RegexValue>(value);
    if (item.field.empty() && !for_keywords) {
      remarks_.error(at, std::string(kind_of(value)) + " needs a field: it cannot be a keyword");
    }
  }

  const PredicateCheck& check_;
  Remarks& remarks_;
};

// --- the shapes of a selection -------------------------------------------------------------------

class SelectionCompiler {
 public:
  SelectionCompiler(const PredicateCheck& check, Draft& draft, Remarks& remarks)
      : reader_(check, remarks), draft_(draft), remarks_(remarks) {}

  Expression compile(const Node& node) {
    switch (node.kind) {
      case Node::Kind::Mapping:
        return compile_map(node);
      case Node::Kind::Sequence:
        return compile_list(node);
      case Node::Kind::Scalar:
        break;
    }
    return compile_keyword(node);
  }

 private:
  Expression compile_map(const Node& map) {
    if (map.items.empty()) remarks_.error(map.at, "a selection without a field");
    std::vector<Expression> all;
    for (const Node& member : map.items) {
      Item item;
      if (reader_.read_member(member, item)) all.push_back(compile_item(item, draft_));
    }
    if (all.size() == 1) return std::move(all.front());
    return Expression::all(std::move(all));
  }

  Expression compile_list(const Node& list) {
    if (list.items.empty()) remarks_.error(list.at, "an empty list selects nothing");
    std::vector<Expression> any;
    for (const Node& element : list.items) any.push_back(compile(element));
    if (any.size() == 1) return std::move(any.front());
    return Expression::any(std::move(any));
  }

  Expression compile_keyword(const Node& scalar) {
    Item item;
    if (!reader_.read_keyword(scalar, item)) return {};
    return compile_item(item, draft_);
  }

  ItemReader reader_;
  Draft& draft_;
  Remarks& remarks_;
};

}  // namespace

Selection compile_selection(const Node& definition, const PredicateCheck& check, Draft& draft,
                            Remarks& remarks) {
  SelectionCompiler compiler(check, draft, remarks);
  return {definition.key, definition.key_at, compiler.compile(definition)};
}

}  // namespace trailwarden::sigma
