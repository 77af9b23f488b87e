#include "match/regex_group.h"

#include <map>
#include <string>
#include <utility>
#include <variant>

#include "match/program.h"
#include "match/test.h"

namespace trailwarden::match {
namespace {

// Marks the predicates below a node.
class Reach {
 public:
  explicit Reach(const Program& program)
      : program_(program), nodes_(program.predicates.size() + program.nodes.size()) {}

  void visit(std::uint32_t number) {
    if (nodes_[number]) return;
    nodes_[number] = true;
    const std::size_t predicates = program_.predicates.size();
    if (number < predicates) return;
    const Node& node = program_.nodes[number - predicates];
    for (std::uint32_t i = 0; i < node.count; ++i) {
      visit(static_cast<std::uint32_t>(program_.operands[node.first + i]));
    }
  }
  bool reached(std::uint32_t number) const { return nodes_[number]; }

 private:
  const Program& program_;
  std::vector<bool> nodes_;
};

}  // namespace

void group_regexes(Program& program) {
  const std::vector<Predicate>& predicates = program.predicates;
  Reach reach(program);
  for (const std::uint32_t number : program.gates.always()) {
    const Rule& rule = program.rules[number];
    if (rule.kind == Rule::Kind::Expression) reach.visit(rule.at);
  }
  std::map<std::pair<json::FieldId, Domain>, std::vector<std::uint32_t>> by_field;
  for (std::uint32_t i = 0; i < predicates.size(); ++i) {
    const auto* regex = std::get_if<TextRegex>(&predicates[i].test);
    if (regex == nullptr || predicates[i].inverted || !reach.reached(i)) continue;
    by_field[{predicates[i].field, regex->domain}].push_back(i);
  }
  program.group_of.assign(predicates.size(), Program::kNoGroup);
  for (auto& [key, members] : by_field) {
    if (members.size() < 2) continue;
    std::vector<std::string> expressions;
    for (const std::uint32_t i : members) {
      expressions.push_back(regex_with_flags(std::get<TextRegex>(predicates[i].test)));
    }
    auto set = RegexSet::compile(expressions);
    if (set == nullptr) continue;
    for (const std::uint32_t i : members) {
      program.group_of[i] = static_cast<std::uint32_t>(program.regex_groups.size());
    }
    program.regex_groups.push_back({key.first, key.second, std::move(members), std::move(set)});
  }
}

}  // namespace trailwarden::match
