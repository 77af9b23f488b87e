// Against pySigma, the reference implementation: which conditions and modifiers are accepted, and
// what conditions mean. Needs Python with the package pySigma: TW_PYTHON, or .venv/bin/python.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "harness.h"
#include "sigma/condition.h"
#include "sigma/modifier.h"

namespace trailwarden::sigma::testing {
namespace {

namespace fs = std::filesystem;

std::string python() {
  if (const char* chosen = std::getenv("TW_PYTHON")) return chosen;
  return TW_SOURCE_DIR "/.venv/bin/python";
}

bool has_pysigma() {
  return std::system(("'" + python() + "' -c 'import sigma.rule' >/dev/null 2>&1").c_str()) == 0;
}

std::string file_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// pySigma's verdict on each rule.
std::vector<std::string> ask_pysigma(const std::vector<std::string>& rules) {
  const fs::path folder = fs::temp_directory_path() / ("pysigma." + std::to_string(::getpid()));
  fs::create_directories(folder);
  {
    std::ofstream cases(folder / "cases");
    for (const std::string& rule : rules) cases << rule << "=====\n";
  }
  const std::string command = "'" + python() + "' '" + TW_SOURCE_DIR +
                              "/tests/sigma/pysigma_verdicts.py' '" + (folder / "cases").string() +
                              "' >'" + (folder / "verdicts").string() + "' 2>'" +
                              (folder / "errors").string() + "'";
  const int status = std::system(command.c_str());
  EXPECT_EQ(status, 0) << file_of(folder / "errors");
  std::vector<std::string> verdicts;
  std::ifstream lines(folder / "verdicts");
  for (std::string line; std::getline(lines, line);) verdicts.push_back(line);
  fs::remove_all(folder);
  return verdicts;
}

std::string rule_over_abc(const std::string& condition) {
  return "title: truth table\nlogsource: {product: aws}\ndetection:\n  s_a: {a: 1}\n"
         "  s_b: {b: 1}\n  _c: {c: 1}\n  condition: '" +
         condition + "'\n";
}

bool evaluate(const match::Expression& expression, unsigned world) {
  using Kind = match::Expression::Kind;
  bool all = true;
  bool any = false;
  for (const match::Expression& operand : expression.operands) {
    const bool holds = evaluate(operand, world);
    all = all && holds;
    any = any || holds;
  }
  if (expression.kind == Kind::Predicate) {
    return (world >> match::index_of(expression.predicate) & 1) != 0;
  }
  return expression.kind == Kind::And ? all : expression.kind == Kind::Or ? any : !any;
}

std::string our_truth_table(const std::string& condition) {
  const ParsedCondition parsed = parse_condition(condition);
  if (!parsed.tree) return "refused";
  std::vector<match::Expression> expressions;
  for (std::uint32_t i = 0; i < 3; ++i) {
    expressions.push_back(match::Expression::holds(match::PredicateId{i}));
  }
  std::vector<NamedExpression> names = {
      {"s_a", &expressions[0]}, {"s_b", &expressions[1]}, {"_c", &expressions[2]}};
  std::vector<ConditionProblem> problems;
  const match::Expression expression = resolve(*parsed.tree, names, problems);
  if (!problems.empty()) return "refused";
  std::string table;
  for (unsigned world = 0; world < 8; ++world) table += evaluate(expression, world) ? '1' : '0';
  return table;
}

// Random conditions: half of them by the grammar, half of them words in a row.
class ConditionMaker {
 public:
  explicit ConditionMaker(unsigned seed) : random_(seed) {}

  std::string sound(int depth) {
    switch (depth > 0 ? pick(7) : 6) {
      case 0:
        return "(" + sound(depth - 1) + ")";
      case 1:
        return "not " + sound(depth - 1);
      case 2:
      case 3:
        return sound(depth - 1) + " and " + sound(depth - 1);
      case 4:
      case 5:
        return sound(depth - 1) + " or " + sound(depth - 1);
      default:
        return one_of({"s_a", "s_b", "_c", "1 of s_*", "all of s_*", "any of them", "all of them",
                       "1 of _*", "1 of *_b", "1 of *"});
    }
  }

  std::string any() {
    std::string text;
    for (unsigned words = 1 + pick(6); words > 0; --words) {
      text += one_of({"s_a", "s_b", "_c", "and", "or", "not", "(", ")", "1", "all", "of", "them",
                      "s_*", "2", "AND", "nobody", "|", "x-y"});
      text += " ";
    }
    return text;
  }

 private:
  unsigned pick(unsigned count) { return static_cast<unsigned>(random_() % count); }
  std::string one_of(const std::vector<const char*>& words) {
    return words[pick(static_cast<unsigned>(words.size()))];
  }
  std::mt19937 random_;
};

TEST(PySigma, ConditionsMeanTheSame) {
  if (!has_pysigma()) GTEST_SKIP() << "no pySigma in " << python();
  ConditionMaker maker(20261122);
  std::vector<std::string> conditions;
  for (int i = 0; i < 500; ++i) conditions.push_back(maker.sound(4));
  for (int i = 0; i < 500; ++i) conditions.push_back(maker.any());
  std::vector<std::string> rules;
  for (const std::string& condition : conditions) rules.push_back(rule_over_abc(condition));
  const std::vector<std::string> verdicts = ask_pysigma(rules);
  ASSERT_EQ(verdicts.size(), rules.size());
  std::set<std::string> distinct;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    EXPECT_EQ(our_truth_table(conditions[i]), verdicts[i]) << conditions[i];
    distinct.insert(verdicts[i]);
  }
  EXPECT_GT(distinct.size(), 20u) << "the conditions should differ";
}

bool is_time_part(std::string_view name) {
  return std::string_view(" minute hour day week month year ")
             .find(" " + std::string(name) + " ") != std::string_view::npos;
}

// Where we differ on purpose.
bool differs_on_purpose(std::string_view first, std::string_view second, std::string_view value) {
  if (first == "utf16le" || second == "utf16le") return true;    // Specified, not in pySigma.
  if (is_time_part(first) && is_time_part(second)) return true;  // A part of a part: nonsense.
  if (first == "fieldref" && second == "cased") return true;     // Of use, and clear.
  if (first == "exists" && (second == "all" || second == "neq")) return true;  // "Sole modifier".
  if (first == "re" && value == "null") return true;                       // No text to search for.
  if (value == "5" && (first == "year" || second == "year")) return true;  // No such year here.
  if (first == "re" && (value == "5" || value == "2024" || value == "true")) {
    return true;  // A number is as good as text; there, it depends on what follows.
  }
  return first == "utf16" || second == "utf16";  // Its mark is no text: only before base64.
}

TEST(PySigma, ModifiersAreAcceptedAlike) {
  if (!has_pysigma()) GTEST_SKIP() << "no pySigma in " << python();
  const std::vector<std::string> values = {"abcdef",     "'a*f'",           "5", "true", "null",
                                           "10.0.0.0/8", "[abcdef, ghijkl]"};
  std::vector<std::string> cases;
  std::vector<std::string> rules;
  const auto add = [&](std::string_view first, std::string_view second, const std::string& value) {
    if (differs_on_purpose(first, second, value)) return;
    cases.push_back("eventName|" + std::string(first) + (second.empty() ? "" : "|") +
                    std::string(second) + ": " + value);
    rules.push_back(rule_with("s: {" + cases.back() + "}\ncondition: s"));
  };
  for (const std::string& value : values) {
    for (const std::string_view first : modifier_names()) {
      add(first, "", value);
      for (const std::string_view second : modifier_names()) {
        if (first != second) add(first, second, value);
      }
    }
  }
  const std::vector<std::string> verdicts = ask_pysigma(rules);
  ASSERT_EQ(verdicts.size(), rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (verdicts[i] == "crashed") continue;
    const bool ours = load_set(rules[i]).rules.size() == 1;
    EXPECT_EQ(ours, verdicts[i] == "accepted") << cases[i] << "\n" << remarks_of(rules[i]);
  }
}

}  // namespace
}  // namespace trailwarden::sigma::testing
