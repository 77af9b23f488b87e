#include "sigma/condition.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace trailwarden::sigma {
namespace {

// The tree in full parentheses, or "OFFSET: message".
std::string show(const Condition& condition) {
  const auto join = [&](const char* word) {
    std::string text = "(";
    for (const Condition& operand : condition.operands) {
      if (text.size() > 1) text += word;
      text += show(operand);
    }
    return text + ")";
  };
  switch (condition.kind) {
    case Condition::Kind::Identifier:
      return condition.name;
    case Condition::Kind::AnyOf:
      return "any[" + condition.name + "]";
    case Condition::Kind::AllOf:
      return "all[" + condition.name + "]";
    case Condition::Kind::And:
      return join("&");
    case Condition::Kind::Or:
      return join("|");
    case Condition::Kind::Not:
      return "!" + show(condition.operands.at(0));
  }
  return "?";
}

std::string parse(std::string_view text) {
  const ParsedCondition parsed = parse_condition(text);
  if (parsed.tree) return show(*parsed.tree);
  return std::to_string(parsed.problem.offset) + ": " + parsed.problem.message;
}

TEST(Condition, PrecedenceFromOrToXOf) {
  EXPECT_EQ(parse("a"), "a");
  EXPECT_EQ(parse("a or b and c"), "(a|(b&c))");
  EXPECT_EQ(parse("a and b or c"), "((a&b)|c)");
  EXPECT_EQ(parse("a and b and c or d or e"), "((a&b&c)|d|e)");
  EXPECT_EQ(parse("(a or b) and c"), "((a|b)&c)");
  EXPECT_EQ(parse("not a and b"), "(!a&b)");
  EXPECT_EQ(parse("not (a and b)"), "!(a&b)");
  EXPECT_EQ(parse("not not a"), "!!a");
  EXPECT_EQ(parse("not 1 of x_* or all of them"), "(!any[x_*]|all[them])");
  EXPECT_EQ(parse("selection and not 1 of filter_main_*"), "(selection&!any[filter_main_*])");
  EXPECT_EQ(parse("any of a*"), "any[a*]");
}

TEST(Condition, Words) {
  EXPECT_EQ(parse("sel-1_x"), "sel-1_x");
  EXPECT_EQ(parse("a\n  and\tb"), "(a&b)") << "any white space";
  EXPECT_EQ(parse("notepad and order"), "(notepad&order)") << "only whole words are operators";
  EXPECT_EQ(parse("all and any or 1"), "((all&any)|1)") << "names, without 'of'";
  EXPECT_EQ(parse("((a))"), "a");
  EXPECT_EQ(parse("not(a)and(b)"), "(!a&b)");
}

TEST(Condition, Errors) {
  EXPECT_EQ(parse(""), "0: the condition ends where a name must follow");
  EXPECT_EQ(parse("a and"), "5: the condition ends where a name must follow");
  EXPECT_EQ(parse("a b"), "2: expected 'and' or 'or' before 'b'");
  EXPECT_EQ(parse("a AND b"), "2: 'AND' must be in lower case: 'and'");
  EXPECT_EQ(parse("a Or b"), "2: 'Or' must be in lower case: 'or'");
  EXPECT_EQ(parse("NOT a"), "4: expected 'and' or 'or' before 'a'");
  EXPECT_EQ(parse("and a"), "0: expected a name, '(' or 'not' before 'and'");
  EXPECT_EQ(parse("a and or b"), "6: expected a name, '(' or 'not' before 'or'");
  EXPECT_EQ(parse("(a or b"), "0: '(' without its ')'");
  EXPECT_EQ(parse("a)"), "1: ')' without its '('");
  EXPECT_EQ(parse("()"), "1: expected a name, '(' or 'not' before ')'");
  EXPECT_EQ(parse("2 of x*"), "0: '2 of' does not exist: write '1 of', 'any of' or 'all of'");
  EXPECT_EQ(parse("1 of"),
            "4: after 'of' stands 'them' or a pattern of letters, digits, '_' and '*'");
  EXPECT_EQ(parse("1 of a-*"),
            "5: after 'of' stands 'them' or a pattern of letters, digits, '_' and '*'");
  EXPECT_EQ(parse("1 of (a)"),
            "5: after 'of' stands 'them' or a pattern of letters, digits, '_' and '*'");
  EXPECT_EQ(parse("a*"), "0: expected a name, '(' or 'not' before 'a*'");
  EXPECT_EQ(parse("a | count() by x > 5"),
            "2: '|' with an aggregation is obsolete Sigma: write a correlation rule instead");
  EXPECT_EQ(parse("a and $"), "6: expected a name, '(' or 'not' before '$'");
}

TEST(Condition, NestingHasALimit) {
  const std::string open(64, '(');
  EXPECT_EQ(parse(open + "a" + std::string(64, ')')), "a");
  EXPECT_EQ(parse(open + "(a)" + std::string(64, ')')), "64: nested deeper than 64 levels");
  std::string nots;
  for (int i = 0; i < 100'000; ++i) nots += "not ";
  EXPECT_EQ(parse(nots + "a"), "256: nested deeper than 64 levels");
}

TEST(Condition, PrintedFormParsesToTheSameTree) {
  for (const char* text : {"a or b and not (c or d)", "(a or b) or c", "(a and b) and c",
                           "not (a and b)", "not not 1 of them", "all of x_* and (b or c and d)"}) {
    const ParsedCondition parsed = parse_condition(text);
    ASSERT_TRUE(parsed.tree) << text;
    EXPECT_EQ(to_string(*parsed.tree), text);
  }
}

// Which of these names a condition takes: "a b" or its problems.
std::string used_by(std::string_view text, const std::vector<std::string_view>& names) {
  const match::Expression expression = match::Expression::holds({});
  std::vector<NamedExpression> named;
  for (const std::string_view name : names) named.push_back({name, &expression, false});
  const ParsedCondition parsed = parse_condition(text);
  EXPECT_TRUE(parsed.tree) << parsed.problem.message;
  std::vector<ConditionProblem> problems;
  resolve(*parsed.tree, named, problems);
  std::string list;
  for (const NamedExpression& name : named) {
    if (name.used) list += std::string(name.name) + " ";
  }
  for (const ConditionProblem& problem : problems) {
    list += std::to_string(problem.offset) + ": " + problem.message + "; ";
  }
  return list;
}

TEST(Condition, PatternsSelectNames) {
  EXPECT_EQ(used_by("1 of them", {"a", "_b", "c"}), "a c ");
  EXPECT_EQ(used_by("1 of *", {"a", "_b", "c"}), "a c ");
  EXPECT_EQ(used_by("all of s_*", {"s_1", "s_2", "s", "t_s_"}), "s_1 s_2 ");
  EXPECT_EQ(used_by("1 of *_x_*", {"a_x_b", "_x_", "x"}), "a_x_b ");
  EXPECT_EQ(used_by("1 of _x*", {"x1", "_x1"}), "_x1 ") << "private names by a private pattern";
  EXPECT_EQ(used_by("1 of s", {"s", "s1"}), "s ") << "the whole name";
  EXPECT_EQ(used_by("_b", {"a", "_b"}), "_b ");
}

TEST(Condition, AllUnknownNamesAreTold) {
  EXPECT_EQ(used_by("selectoin and not filtre or x", {"selection", "filter"}),
            "0: the detection has no 'selectoin', try 'selection'; "
            "18: the detection has no 'filtre', try 'filter'; "
            "28: the detection has no 'x'; ");
  EXPECT_EQ(used_by("a or 1 of b_*", {"a", "b"}), "a 5: no name of the detection fits 'b_*'; ");
  EXPECT_EQ(used_by("1 of them", {"_a"}), "0: no name of the detection fits '*'; ");
}

TEST(Condition, ExpansionHasALimit) {
  std::string text = "a";
  for (int i = 0; i < 60'000; ++i) text += " or a";
  match::Expression pair = match::Expression::all({match::Expression{}, match::Expression{}});
  std::vector<NamedExpression> named = {{"a", &pair, false}};
  std::vector<ConditionProblem> problems;
  resolve(*parse_condition(text).tree, named, problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].message, "the condition grows beyond 100000 terms: split the rule");
}

TEST(Condition, IdentifierNames) {
  EXPECT_EQ(identifier_problem("sel_1-a"), "");
  EXPECT_EQ(identifier_problem("a b"), "'a b' is no identifier: use letters, digits, '_' and '-'");
  EXPECT_EQ(identifier_problem("not"),
            "'not' is a word of the condition language: choose another name");
}

}  // namespace
}  // namespace trailwarden::sigma
