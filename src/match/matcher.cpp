#include "match/matcher.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>

#include "match/evaluation.h"
#include "match/gate.h"
#include "match/intern.h"
#include "match/program.h"

namespace trailwarden::match {

Expression Expression::holds(PredicateId predicate) {
  return {.kind = Kind::Predicate, .predicate = predicate, .operands = {}};
}
Expression Expression::all(std::vector<Expression> operands) {
  return {.kind = Kind::And, .predicate = {}, .operands = std::move(operands)};
}
Expression Expression::any(std::vector<Expression> operands) {
  return {.kind = Kind::Or, .predicate = {}, .operands = std::move(operands)};
}
Expression Expression::negate(Expression operand) {
  Expression result{.kind = Kind::Not, .predicate = {}, .operands = {}};
  result.operands.push_back(std::move(operand));
  return result;
}

namespace {

// How nodes are numbered until it is known how many predicates there are.
constexpr std::uint32_t kFirstNode = std::uint32_t{1} << 31;

void move_fields(Predicate& predicate, const std::vector<json::FieldId>& fields) {
  predicate.field = fields[json::index_of(predicate.field)];
  if (auto* like = std::get_if<LikeField>(&predicate.test)) {
    like->other = fields[json::index_of(like->other)];
  }
}

}  // namespace

struct MatcherBuilder::State {
  json::ProjectionBuilder fields;
  PredicateTable predicates;
  // What add_known() has laid out already; the rest is done by build().
  std::shared_ptr<Program> program = std::make_shared<Program>();
  std::vector<std::variant<NodeId, Expression, std::vector<Branch>>> rules;

  void add_nodes(const KnownRules& known, const std::vector<PredicateId>& predicates);
};

MatcherBuilder::MatcherBuilder() : state_(std::make_unique<State>()) {}
MatcherBuilder::~MatcherBuilder() = default;
MatcherBuilder::MatcherBuilder(MatcherBuilder&&) noexcept = default;
MatcherBuilder& MatcherBuilder::operator=(MatcherBuilder&&) noexcept = default;

json::ProjectionBuilder& MatcherBuilder::fields() { return state_->fields; }

Result<PredicateId> MatcherBuilder::add(Predicate predicate) {
  normalise(predicate);
  if (const auto known = state_->predicates.find(predicate)) return *known;
  state_->program->compiled.emplace_back(TW_TRY(CompiledPredicate::compile(predicate)));
  return state_->predicates.add(std::move(predicate));
}

RuleId MatcherBuilder::add_rule(Expression condition) {
  state_->rules.emplace_back(std::move(condition));
  return RuleId{static_cast<std::uint32_t>(state_->rules.size() - 1)};
}

RuleId MatcherBuilder::add_pattern(std::vector<Branch> branches) {
  state_->rules.emplace_back(std::move(branches));
  return RuleId{static_cast<std::uint32_t>(state_->rules.size() - 1)};
}

void MatcherBuilder::State::add_nodes(const KnownRules& known,
                                      const std::vector<PredicateId>& ids) {
  const auto nodes_before = static_cast<std::uint32_t>(program->nodes.size());
  const auto operands_before = static_cast<std::uint32_t>(program->operands.size());
  const auto moved = [&](NodeId id) {
    const auto number = static_cast<std::uint32_t>(id);
    if (number < ids.size()) return NodeId{index_of(ids[number])};
    return NodeId{kFirstNode + nodes_before + number - static_cast<std::uint32_t>(ids.size())};
  };
  program->nodes.reserve(program->nodes.size() + known.nodes.size());
  for (Node node : known.nodes) {
    node.first += operands_before;
    program->nodes.push_back(node);
  }
  program->operands.reserve(program->operands.size() + known.operands.size());
  for (const NodeId operand : known.operands) program->operands.push_back(moved(operand));
  rules.reserve(rules.size() + known.rules.size());
  for (const NodeId rule : known.rules) rules.emplace_back(moved(rule));
}

void MatcherBuilder::add_known(KnownRules known) {
  std::vector<json::FieldId> fields;
  fields.reserve(known.paths.size());
  for (const std::string& path : known.paths) fields.push_back(state_->fields.add(path));
  for (Predicate& predicate : known.predicates) move_fields(predicate, fields);
  const auto ids = state_->predicates.add_known(std::move(known.predicates));
  state_->program->compiled.resize(state_->predicates.size());
  state_->program->gates.add(known, static_cast<std::uint32_t>(state_->rules.size()), fields);
  state_->add_nodes(known, ids);
}

Matcher MatcherBuilder::build() && {
  const std::shared_ptr<Program> program = std::move(state_->program);
  program->projection = std::move(state_->fields).build();
  program->predicates = std::move(state_->predicates).release();
  const auto numbered = [count = program->predicates.size()](NodeId id) {
    const auto number = static_cast<std::uint32_t>(id);
    if (number < kFirstNode) return id;
    return NodeId{number - kFirstNode + static_cast<std::uint32_t>(count)};
  };
  for (NodeId& operand : program->operands) operand = numbered(operand);
  const GateFinder gate_finder(program->projection, program->predicates);
  NodeTable nodes(*program);
  program->rules.reserve(state_->rules.size());
  for (auto& rule : state_->rules) {
    const auto number = static_cast<std::uint32_t>(program->rules.size());
    if (const auto* known = std::get_if<NodeId>(&rule)) {
      program->rules.push_back(
          {Rule::Kind::Expression, static_cast<std::uint32_t>(numbered(*known))});
    } else if (const auto* condition = std::get_if<Expression>(&rule)) {
      program->gates.add(number, gate_finder.find(*condition), program->predicates);
      program->rules.push_back(
          {Rule::Kind::Expression, static_cast<std::uint32_t>(nodes.add(*condition))});
    } else {
      auto& branches = std::get<std::vector<Branch>>(rule);
      program->gates.add(number, gate_finder.find(branches), program->predicates);
      program->rules.push_back(
          {Rule::Kind::Pattern, static_cast<std::uint32_t>(program->patterns.size())});
      program->patterns.push_back(std::move(branches));
    }
  }
  group_regexes(*program);
  return Matcher(program);
}

MatchScratch::MatchScratch() : scratch_(std::make_unique<Scratch>()) {}
MatchScratch::~MatchScratch() = default;
MatchScratch::MatchScratch(MatchScratch&&) noexcept = default;
MatchScratch& MatchScratch::operator=(MatchScratch&&) noexcept = default;

Matcher::Matcher(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

const json::Projection& Matcher::projection() const { return program_->projection; }
std::size_t Matcher::rule_count() const { return program_->rules.size(); }

KnownRules Matcher::known() const {
  const Program& program = *program_;
  KnownRules known{.paths = {},
                   .predicates = program.predicates,
                   .nodes = program.nodes,
                   .operands = program.operands,
                   .rules = {},
                   .gates = program.gates.known(),
                   .always = program.gates.always()};
  for (std::uint32_t i = 0; i < program.projection.field_count(); ++i) {
    known.paths.emplace_back(program.projection.path(json::FieldId{i}));
  }
  for (const Rule& rule : program.rules) known.rules.push_back(NodeId{rule.at});
  return known;
}

namespace {

// The rules that a scalar opens.
OpenedRules rules_of(const GateIndex::Field& field, std::uint32_t value, Texts& texts) {
  const auto text = texts.of(value, Domain::AnyText, Case::Ignore);
  if (text.empty()) return nullptr;
  const auto found = field.rules_by_text.find(text[0]);
  return found != field.rules_by_text.end() ? &found->second : nullptr;
}

// Lists the rules whose gate holds, each once.
void collect_candidates(const GateIndex& gates, Scratch& scratch) {
  scratch.candidates.clear();
  const auto append = [&scratch](const std::vector<std::uint32_t>& rules) {
    for (const std::uint32_t rule : rules) {
      if (std::exchange(scratch.seen[rule], scratch.epoch) != scratch.epoch) {
        scratch.candidates.push_back(rule);
      }
    }
  };
  const json::Projected& record = scratch.texts.record();
  std::uint32_t gate = 0;
  for (const GateIndex::Field& field : gates.fields()) {
    for (auto i = record.first(field.field); i != json::Projected::kNone;
         i = record.value(i).next) {
      const json::Value& value = record.value(i);
      if (!is_scalar(value.kind)) {
        append(field.rules_of_containers);
        continue;
      }
      const auto look_up = [&] { return rules_of(field, i, scratch.texts); };
      const bool is_string = value.kind == json::Kind::String;
      const OpenedRules opened =
          value.has_escapes
              ? look_up()
              : scratch.opened.get(2 * gate + (is_string ? 1 : 0), value.raw, look_up);
      if (opened != nullptr) append(*opened);
    }
    ++gate;
  }
}

}  // namespace

void Matcher::match(json::Projected& record, MatchScratch& scratch,
                    std::vector<RuleId>& matched) const {
  if (scratch.scratch_->opened_by != program_) {
    scratch.scratch_->opened.clear();
    scratch.scratch_->opened_by = program_;
  }
  Evaluation evaluation(*program_, record, *scratch.scratch_);
  const std::size_t before = matched.size();
  const auto judge = [&](std::uint32_t rule) {
    if (evaluation.holds(rule)) matched.push_back(RuleId{rule});
  };
  collect_candidates(program_->gates, *scratch.scratch_);
  std::for_each(scratch.scratch_->candidates.begin(), scratch.scratch_->candidates.end(), judge);
  std::for_each(program_->gates.always().begin(), program_->gates.always().end(), judge);
  std::sort(matched.begin() + static_cast<std::ptrdiff_t>(before), matched.end());
}

}  // namespace trailwarden::match
