#include "sigma/draft.h"

#include <span>
#include <utility>

#include "sigma/cloudtrail_fields.h"

namespace trailwarden::sigma {
namespace {

json::FieldId field_of(const std::string& path, match::MatcherBuilder& builder) {
  if (path.empty()) return builder.fields().add(std::span<const std::string>());
  if (path.starts_with(kMadeUpPrefix)) {
    const std::vector<std::string> names = {std::string(kMadeUp),
                                            path.substr(kMadeUpPrefix.size())};
    return builder.fields().add(names);
  }
  return builder.fields().add(path);
}

}  // namespace

match::Expression Draft::holds(DraftPredicate predicate) {
  predicates_.push_back(std::move(predicate));
  return match::Expression::holds(
      static_cast<match::PredicateId>(static_cast<std::uint32_t>(predicates_.size() - 1)));
}

Result<match::PredicateId> Draft::add(const DraftPredicate& draft,
                                      match::MatcherBuilder& builder) const {
  match::Predicate predicate{field_of(draft.path, builder), draft.test, false};
  if (auto* like = std::get_if<match::LikeField>(&predicate.test)) {
    like->other = field_of(draft.other, builder);
  }
  return builder.add(std::move(predicate));
}

Result<match::Expression> Draft::commit(const match::Expression& expression,
                                        match::MatcherBuilder& builder) const {
  match::Expression committed;
  committed.kind = expression.kind;
  if (expression.kind == match::Expression::Kind::Predicate) {
    committed.predicate = TW_TRY(add(predicates_[index_of(expression.predicate)], builder));
  }
  committed.operands.reserve(expression.operands.size());
  for (const match::Expression& operand : expression.operands) {
    committed.operands.push_back(TW_TRY(commit(operand, builder)));
  }
  return committed;
}

std::size_t size_of(const match::Expression& expression) {
  std::size_t size = 1;
  for (const match::Expression& operand : expression.operands) size += size_of(operand);
  return size;
}

}  // namespace trailwarden::sigma
