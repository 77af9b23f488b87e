#include <algorithm>
#include <filesystem>

#include "cli/commands.h"
#include "cli/content.h"
#include "cli/messages.h"
#include "cli/output.h"
#include "cli/rule_test.h"
#include "report/format.h"
#include "report/terminal.h"
#include "rulepack/rulepack.h"

namespace trailwarden::cli {
namespace {

// The rules at the inputs; without any, the built-in ones.
Result<engine::Engine> compile(const Request& request) {
  engine::Content content;
  if (request.inputs.empty()) content.builtin = rulepack::load;
  for (const std::string& path : request.inputs) {
    for (engine::RuleText& text : TW_TRY(read_rules(path)))
      content.rules.push_back(std::move(text));
  }
  return engine::Engine::compile(content);
}

int list(const engine::Engine& engine) {
  std::vector<const sigma::Rule*> rules;
  for (const sigma::Rule& rule : engine.rules().rules) rules.push_back(&rule);
  std::stable_sort(
      rules.begin(), rules.end(),
      [](const sigma::Rule* left, const sigma::Rule* right) { return left->level > right->level; });
  std::string text;
  for (const sigma::Rule* rule : rules) {
    text += report::pad_right(to_string(rule->level), 14) +
            report::pad_right(report::shorten(report::printable(rule->title), 52), 54) +
            report::printable(report::joined(rule->techniques, " ")) + "\n";
  }
  return write_out(text) ? kDone : kFailed;
}

int check(const engine::Engine& engine) {
  const sigma::RuleSet& set = engine.rules();
  print_remarks(set);
  const bool bad =
      std::any_of(set.remarks.begin(), set.remarks.end(), [](const sigma::Remark& remark) {
        return remark.severity == sigma::Remark::Severity::Error;
      });
  std::string text = report::plural(set.rules.size(), "rule") + " loaded";
  if (!set.left_out.empty()) {
    text += ", " + report::plural(set.left_out.size(), "rule") + " for other log sources left out";
  }
  return write_out(text + "\n") && !bad ? kDone : kFailed;
}

}  // namespace

int run_rules(const Request& request) {
  if (request.command == "rules test") return test_rules(request.inputs);
  const auto engine = compile(request);
  if (!engine) return complain(engine.error(), kFailed);
  if (request.command == "rules check") return check(*engine);
  print_remarks(engine->rules());
  return list(*engine);
}

}  // namespace trailwarden::cli
