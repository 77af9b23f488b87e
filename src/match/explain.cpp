#include <algorithm>

#include "match/evaluation.h"
#include "match/matcher.h"
#include "match/program.h"

namespace trailwarden::match {
namespace {

constexpr std::size_t kEvidenceBytes = 500;

// Cut between characters.
std::string shortened(std::string_view text) {
  if (text.size() <= kEvidenceBytes) return std::string(text);
  std::size_t end = kEvidenceBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

// Reserved first names begin with a control character, which no path of a record's schema does.
std::string_view without_reserved_name(std::string_view path) {
  if (path.empty() || static_cast<unsigned char>(path[0]) >= 0x20) return path;
  const std::size_t dot = path.find('.');
  return dot == path.npos ? std::string_view{} : path.substr(dot + 1);
}

class Collector {
 public:
  Collector(const Program& program, json::Projected& record, Scratch& scratch)
      : program_(program),
        record_(record),
        scratch_(scratch),
        evaluation_(program, record, scratch) {}

  std::vector<Evidence> collect(std::uint32_t rule) {
    const Rule& it = program_.rules[rule];
    if (it.kind == Rule::Kind::Expression) {
      collect_node(it.at);
    } else {
      collect_branch(program_.patterns[it.at]);
    }
    return std::move(evidence_);
  }

 private:
  void collect_node(std::uint32_t number) {
    if (!evaluation_.holds(NodeId{number})) return;
    const auto predicates = static_cast<std::uint32_t>(program_.predicates.size());
    if (number < predicates) return collect_predicate(program_.predicate(number));
    const Node& node = program_.nodes[number - predicates];
    if (node.kind == Expression::Kind::Not) return;
    for (std::uint32_t i = 0; i < node.count; ++i) {
      collect_node(static_cast<std::uint32_t>(program_.operands[node.first + i]));
    }
  }

  void collect_predicate(const CompiledPredicate& predicate) {
    for (auto i = record_.first(predicate.field()); i != json::Projected::kNone;
         i = record_.value(i).next) {
      if (predicate.passes(i, scratch_.texts)) return add(predicate.field(), i);
    }
  }

  // The first branch that holds, by the values that were chosen for it.
  void collect_branch(const std::vector<Branch>& branches) {
    for (const Branch& branch : branches) {
      if (!evaluation_.holds(branch)) continue;
      evaluation_.choose(branch);
      for (std::size_t i = 0; i < branch.size(); ++i) {
        const std::uint32_t value = scratch_.choices[i].value;
        if (value != json::Projected::kNone) add(branch[i].field, value);
      }
      return;
    }
  }

  void add(json::FieldId field, std::uint32_t value) {
    const std::string_view path = without_reserved_name(program_.projection.path(field));
    const auto same = [&](const Evidence& it) { return it.path == path; };
    if (std::any_of(evidence_.begin(), evidence_.end(), same)) return;
    const auto texts = scratch_.texts.of(value, Domain::AnyText, Case::Sensitive);
    evidence_.push_back({std::string(path), texts.empty() ? "null" : shortened(texts[0])});
  }

  const Program& program_;
  json::Projected& record_;
  Scratch& scratch_;
  Evaluation evaluation_;
  std::vector<Evidence> evidence_;
};

}  // namespace

std::vector<Evidence> Matcher::explain(RuleId rule, json::Projected& record,
                                       MatchScratch& scratch) const {
  return Collector(*program_, record, *scratch.scratch_).collect(index_of(rule));
}

}  // namespace trailwarden::match
