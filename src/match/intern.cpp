#include "match/intern.h"

#include <algorithm>
#include <bit>
#include <string>
#include <variant>

#include "base/hash.h"
#include "match/fold.h"

namespace trailwarden::match {
namespace {

template <class T>
void sort_once_each(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Literals above ASCII keep their case: their own spelling is part of what they mean (see fold.h).
void normalise_texts(std::vector<std::string>& texts, Case letters) {
  if (letters == Case::Ignore) {
    for (std::string& text : texts) {
      if (is_ascii(text)) text = ascii_lower(text);
    }
  }
  sort_once_each(texts);
}

class Hasher {
 public:
  void add(std::uint64_t number) {
    const char* bytes = reinterpret_cast<const char*>(&number);
    hash_ = hash64({bytes, sizeof number}, hash_);
  }
  void add(const std::string& text) { hash_ = hash64(text, hash_); }
  void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
  std::uint64_t value() const { return hash_; }

  void operator()(const TextIs& test) { add_all(test.values); }
  void operator()(const TextHas& test) { add_all(test.parts); }
  void operator()(const TextGlob& test) {
    for (const Glob& glob : test.globs) {
      for (const GlobPart& part : glob) add(part.literal);
    }
  }
  void operator()(const TextRegex& test) { add(test.expression); }
  void operator()(const InNetwork& test) { add(test.cidr); }
  void operator()(const NumberIs& test) { add_all(test.values); }
  void operator()(const NumberIn& test) {
    add(test.lower);
    add(test.upper);
  }
  void operator()(const IsLiteral& test) { add(static_cast<std::uint64_t>(test.which)); }
  void operator()(const IsPresent& test) { add(static_cast<std::uint64_t>(test.what)); }
  void operator()(const LikeField& test) { add(std::uint64_t{json::index_of(test.other)}); }
  void operator()(const TimePart& test) { add(static_cast<std::uint64_t>(test.equals)); }

 private:
  template <class T>
  void add_all(const std::vector<T>& values) {
    for (const T& value : values) add(value);
  }
  std::uint64_t hash_ = 0;
};

// Equal predicates hash alike; not every member needs a part in it.
std::size_t hash_of(const Predicate& predicate) {
  Hasher hasher;
  hasher.add(std::uint64_t{json::index_of(predicate.field)});
  hasher.add(std::uint64_t{predicate.test.index()});
  std::visit(hasher, predicate.test);
  return hasher.value();
}

}  // namespace

void normalise(Predicate& predicate) {
  if (auto* is = std::get_if<TextIs>(&predicate.test)) {
    normalise_texts(is->values, is->letters);
  } else if (auto* has = std::get_if<TextHas>(&predicate.test)) {
    normalise_texts(has->parts, has->letters);
  } else if (auto* number = std::get_if<NumberIs>(&predicate.test)) {
    for (double& value : number->values) value += 0.0;  // -0 is 0.
    sort_once_each(number->values);
  }
}

std::optional<PredicateId> PredicateTable::find(const Predicate& predicate) {
  for (std::size_t i = by_hash_.size(); i < predicates_.size(); ++i) {
    by_hash_.emplace(hash_of(predicates_[i]), i);
  }
  auto [it, end] = by_hash_.equal_range(hash_of(predicate));
  for (; it != end; ++it) {
    if (predicates_[it->second] == predicate) {
      return PredicateId{static_cast<std::uint32_t>(it->second)};
    }
  }
  return std::nullopt;
}

PredicateId PredicateTable::add(Predicate predicate) {
  predicates_.push_back(std::move(predicate));
  return PredicateId{static_cast<std::uint32_t>(predicates_.size() - 1)};
}

std::vector<PredicateId> PredicateTable::add_known(std::vector<Predicate> known) {
  std::vector<PredicateId> ids;
  ids.reserve(known.size());
  if (predicates_.empty()) {  // None of them can be here.
    for (std::uint32_t i = 0; i < known.size(); ++i) ids.push_back(PredicateId{i});
    predicates_ = std::move(known);
    return ids;
  }
  for (Predicate& predicate : known) {
    const auto same = find(predicate);
    ids.push_back(same ? *same : add(std::move(predicate)));
  }
  return ids;
}

NodeId NodeTable::id_of(std::size_t node) const {
  return NodeId{static_cast<std::uint32_t>(program_.predicates.size() + node)};
}

void NodeTable::index_all() {
  for (; indexed_ < program_.nodes.size(); ++indexed_) {
    const Node& node = program_.nodes[indexed_];
    const auto first = program_.operands.begin() + node.first;
    known_.try_emplace({node.kind, {first, first + node.count}}, id_of(indexed_));
  }
}

NodeId NodeTable::add(const Expression& expression) {
  if (expression.kind == Expression::Kind::Predicate) {
    return NodeId{index_of(expression.predicate)};
  }
  std::vector<NodeId> operands;
  for (const Expression& operand : expression.operands) operands.push_back(add(operand));
  const bool is_join = expression.kind != Expression::Kind::Not;
  if (is_join && operands.size() == 1) return operands[0];

  index_all();
  const NodeId id = id_of(program_.nodes.size());
  const auto [known, is_new] = known_.try_emplace({expression.kind, operands}, id);
  if (is_new) {
    ++indexed_;
    program_.nodes.push_back({expression.kind, static_cast<std::uint32_t>(program_.operands.size()),
                              static_cast<std::uint32_t>(operands.size())});
    program_.operands.insert(program_.operands.end(), operands.begin(), operands.end());
  }
  return known->second;
}

}  // namespace trailwarden::match
