#include "sigma/rule.h"

#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>

#include "sigma/condition.h"
#include "sigma/draft.h"
#include "sigma/metadata.h"
#include "sigma/remarks.h"
#include "sigma/selection.h"
#include "sigma/yaml.h"

namespace trailwarden::sigma {
namespace {

using match::Expression;

// A regular expression that the engine refuses is found out on a builder of its own, so that a rule
// which is refused leaves nothing in the real one.
std::optional<std::string> refusal_of(const match::Test& test) {
  match::MatcherBuilder probe;
  match::Predicate predicate{probe.fields().add("probe"), test, false};
  const Result<match::PredicateId> added = probe.add(std::move(predicate));
  if (added) return std::nullopt;
  return added.error().message;
}

// Reads the detection of one rule: its selections and its conditions.
class DetectionReader {
 public:
  DetectionReader(const Node& detection, Draft& draft, Remarks& remarks)
      : detection_(detection), draft_(draft), remarks_(remarks), errors_before_(remarks.errors()) {}

  Expression read() {
    read_selections();
    const Node* condition = detection_.find("condition");
    if (condition == nullptr) {
      remarks_.error(detection_.at, "the detection has no 'condition'");
      return {};
    }
    Expression expression = read_condition(*condition);
    if (remarks_.errors() == errors_before_) warn_of_unused();
    return expression;
  }

 private:
  void read_selections() {
    for (const Node& member : detection_.items) {
      if (member.key == "condition") continue;
      if (member.key == "timeframe") {
        remarks_.warn(member.key_at,
                      "'timeframe' is obsolete Sigma and ignored: write a "
                      "correlation rule instead");
        continue;
      }
      const std::string problem = identifier_problem(member.key);
      if (!problem.empty()) remarks_.error(member.key_at, problem);
      selections_.push_back(compile_selection(member, refusal_of, draft_, remarks_));
    }
    for (const Selection& selection : selections_) {
      names_.push_back({selection.name, &selection.expression, false});
    }
    if (selections_.empty()) remarks_.error(detection_.at, "the detection has no selection");
  }

  // Several conditions are alternatives.
  Expression read_condition(const Node& condition) {
    if (condition.is_scalar()) return read_one_condition(condition);
    if (condition.is_mapping() || condition.items.empty()) {
      remarks_.error(condition.at, "a condition is a text, or a list of texts");
      return {};
    }
    std::vector<Expression> any;
    for (const Node& alternative : condition.items) {
      if (alternative.is_scalar()) {
        any.push_back(read_one_condition(alternative));
      } else {
        remarks_.error(alternative.at, "a condition is a text, or a list of texts");
      }
    }
    return Expression::any(std::move(any));
  }

  Expression read_one_condition(const Node& scalar) {
    const ParsedCondition parsed = parse_condition(scalar.text);
    if (!parsed.tree) {
      complain(scalar, parsed.problem);
      return {};
    }
    std::vector<ConditionProblem> problems;
    Expression expression = resolve(*parsed.tree, names_, problems);
    for (const ConditionProblem& problem : problems) complain(scalar, problem);
    return expression;
  }

  void complain(const Node& scalar, const ConditionProblem& problem) {
    remarks_.error(scalar.place_of(problem.offset), "condition: " + problem.message);
  }

  void warn_of_unused() {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i].used) continue;
      remarks_.warn(selections_[i].at, "the condition does not use '" + selections_[i].name + "'");
    }
  }

  const Node& detection_;
  Draft& draft_;
  Remarks& remarks_;
  std::size_t errors_before_;
  std::vector<Selection> selections_;
  std::vector<NamedExpression> names_;  // Of selections_, in their order.
};

// "rules/iam/create_key.yml" → "create_key"; from the second document on "create_key#2".
std::string fallback_id(std::string_view origin, std::size_t document) {
  std::string_view name = origin.substr(origin.find_last_of("/\\:") + 1);
  name = name.substr(0, name.rfind('.'));
  std::string id(name);
  if (document > 0) id += "#" + std::to_string(document + 1);
  return id;
}

// Loads the documents of one file.
class Loader {
 public:
  Loader(std::string_view origin, match::MatcherBuilder& builder, RuleSet& set, Remarks& remarks)
      : origin_(origin), builder_(builder), set_(set), remarks_(remarks) {}

  void load(const Node& document, std::size_t number) {
    errors_before_ = remarks_.errors();
    if (!document.is_mapping()) {
      remarks_.error(document.at, "a rule is a map with 'title', 'logsource' and 'detection'");
      return;
    }
    if (is_unsupported(document)) return;
    LogSource source = read_log_source(document, remarks_);
    if (!source.ours) return leave_out(document, std::move(source));
    Rule rule = read_metadata(document, fallback_id(origin_, number), remarks_);
    rule.origin = origin_;
    check_unique(rule, document);
    add(document, std::move(rule));
  }

 private:
  // Documents of Sigma that are no rules.
  bool is_unsupported(const Node& document) {
    if (const Node* correlation = document.find("correlation")) {
      remarks_.error(correlation->key_at, "correlation rules are not supported yet");
      return true;
    }
    if (const Node* filter = document.find("filter")) {
      remarks_.error(filter->key_at, "filter documents are not supported yet");
      return true;
    }
    return false;
  }

  void leave_out(const Node& document, LogSource source) {
    const Node* title = document.find("title");
    set_.left_out.push_back({remarks_.where(document.at),
                             title != nullptr && title->is_scalar() ? title->text : std::string(),
                             std::move(source.description)});
  }

  void check_unique(const Rule& rule, const Node& document) {
    for (const Rule& other : set_.rules) {
      if (other.id != rule.id) continue;
      const Node* id = document.find("id");
      remarks_.error(id == nullptr ? document.at : id->at,
                     "the id '" + rule.id + "' is already that of '" + other.title + "' (" +
                         other.origin + ")");
      return;
    }
  }

  void add(const Node& document, Rule rule) {
    const Node* detection = document.find("detection");
    if (detection == nullptr || !detection->is_mapping()) {
      remarks_.error(detection == nullptr ? document.at : detection->at,
                     "the rule has no 'detection' map");
      return;
    }
    Draft draft;
    const Expression expression = DetectionReader(*detection, draft, remarks_).read();
    if (remarks_.errors() > errors_before_) return;
    Result<Expression> committed = draft.commit(expression, builder_);
    if (!committed) {
      remarks_.error(detection->at, committed.error().message);
      return;
    }
    builder_.add_rule(std::move(committed).take());
    set_.rules.push_back(std::move(rule));
  }

  std::string_view origin_;
  match::MatcherBuilder& builder_;
  RuleSet& set_;
  Remarks& remarks_;
  std::size_t errors_before_ = 0;
};

}  // namespace

bool Rule::operator==(const Rule& other) const {
  const auto members = [](const Rule& rule) {
    return std::tie(rule.id, rule.title, rule.level, rule.techniques, rule.tactics, rule.origin);
  };
  return members(*this) == members(other) && prose() == other.prose();
}

void load(std::string_view yaml, std::string_view origin, match::MatcherBuilder& builder,
          RuleSet& set) {
  const YamlStream stream = read_yaml(yaml);
  Remarks remarks(origin);
  for (const YamlProblem& problem : stream.problems) remarks.error(problem.at, problem.message);
  Loader loader(origin, builder, set, remarks);
  for (const YamlDocument& document : stream.documents) {
    loader.load(document.root, document.number);
  }
  std::move(remarks).move_to(set.remarks);
}

}  // namespace trailwarden::sigma
