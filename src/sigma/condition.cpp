#include "sigma/condition.h"

#include <algorithm>
#include <utility>

#include "sigma/draft.h"
#include "sigma/suggest.h"

namespace trailwarden::sigma {
namespace {

using match::Expression;

constexpr std::size_t kDepthMax = 64;
// What one condition may grow to when its identifiers are put in.
constexpr std::size_t kExpressionSizeMax = 100'000;

bool is_identifier_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

// A word of identifier characters and '*', or one other character; empty at the end.
struct Token {
  std::string_view text;
  std::size_t offset = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) { advance(); }

  ParsedCondition parse() {
    std::optional<Condition> tree = parse_or();
    if (tree && !token_.text.empty()) tree = unexpected_rest();
    return {std::move(tree), std::move(problem_)};
  }

 private:
  Token scan(std::size_t from) const {
    while (from < text_.size() && is_space(text_[from])) ++from;
    std::size_t end = from;
    while (end < text_.size() && (is_identifier_char(text_[end]) || text_[end] == '*')) ++end;
    if (end == from && end < text_.size()) ++end;
    return {text_.substr(from, end - from), from};
  }

  void advance() { token_ = scan(token_.offset + token_.text.size()); }
  Token peek() const { return scan(token_.offset + token_.text.size()); }

  bool accept(std::string_view word) {
    if (token_.text != word) return false;
    advance();
    return true;
  }

  std::nullopt_t refuse(std::size_t offset, std::string message) {
    problem_ = {offset, std::move(message)};
    return std::nullopt;
  }

  std::optional<Condition> parse_or() {
    return parse_chain(Condition::Kind::Or, "or", &Parser::parse_and);
  }
  std::optional<Condition> parse_and() {
    return parse_chain(Condition::Kind::And, "and", &Parser::parse_not);
  }

  std::optional<Condition> parse_chain(Condition::Kind kind, std::string_view word,
                                       std::optional<Condition> (Parser::*parse_operand)()) {
    Condition chain{kind, {}, token_.offset, {}};
    do {
      std::optional<Condition> operand = (this->*parse_operand)();
      if (!operand) return std::nullopt;
      chain.operands.push_back(*std::move(operand));
    } while (accept(word));
    if (chain.operands.size() == 1) return std::move(chain.operands.front());
    return chain;
  }

  std::optional<Condition> parse_not() {
    const std::size_t offset = token_.offset;
    if (token_.text != "not") return parse_atom();
    if (++depth_ > kDepthMax) return too_deep(offset);
    advance();
    std::optional<Condition> operand = parse_not();
    --depth_;
    if (!operand) return std::nullopt;
    Condition negated{Condition::Kind::Not, {}, offset, {}};
    negated.operands.push_back(*std::move(operand));
    return negated;
  }

  std::nullopt_t too_deep(std::size_t offset) {
    return refuse(offset, "nested deeper than " + std::to_string(kDepthMax) + " levels");
  }

  std::optional<Condition> parse_atom() {
    const Token token = token_;
    if (token.text == "(") return parse_group();
    const bool quantifier = token.text == "1" || token.text == "any" || token.text == "all";
    if (quantifier && peek().text == "of") return parse_selector();
    if (token.text.empty())
      return refuse(token.offset, "the condition ends where a name must follow");
    if (token.text == "and" || token.text == "or" || token.text == "of" || !is_name(token.text)) {
      return refuse(token.offset, "expected a name, '(' or 'not' before " + quoted(token.text));
    }
    advance();
    if (token_.text == "of") {
      return refuse(token.offset, "'" + std::string(token.text) +
                                      " of' does not exist: write '1 of', 'any of' or 'all of'");
    }
    return Condition{Condition::Kind::Identifier, std::string(token.text), token.offset, {}};
  }

  static bool is_name(std::string_view word) {
    return std::ranges::all_of(word, is_identifier_char);
  }

  std::optional<Condition> parse_group() {
    const std::size_t offset = token_.offset;
    if (++depth_ > kDepthMax) return too_deep(offset);
    advance();
    std::optional<Condition> inner = parse_or();
    --depth_;
    if (!inner) return std::nullopt;
    if (token_.text == ")") {
      advance();
      return inner;
    }
    if (token_.text.empty()) return refuse(offset, "'(' without its ')'");
    return unexpected_rest();
  }

  std::optional<Condition> parse_selector() {
    const Token quantifier = token_;
    advance();
    advance();
    const Token pattern = token_;
    if (pattern.text.empty() || !is_pattern(pattern.text)) {
      return refuse(pattern.offset,
                    "after 'of' stands 'them' or a pattern of letters, digits, '_' and '*'");
    }
    advance();
    const Condition::Kind kind =
        quantifier.text == "all" ? Condition::Kind::AllOf : Condition::Kind::AnyOf;
    return Condition{kind, std::string(pattern.text), quantifier.offset, {}};
  }

  static bool is_pattern(std::string_view word) {
    return std::ranges::all_of(
        word, [](char c) { return c == '*' || (c != '-' && is_identifier_char(c)); });
  }

  std::nullopt_t unexpected_rest() {
    const std::string_view word = token_.text;
    if (word == "|") {
      return refuse(token_.offset,
                    "'|' with an aggregation is obsolete Sigma: write a correlation rule instead");
    }
    if (word == ")") return refuse(token_.offset, "')' without its '('");
    for (const std::string_view keyword : {"and", "or"}) {
      if (word.size() == keyword.size() && closest(word, std::span(&keyword, 1)) == keyword &&
          (word[0] | 0x20) == keyword[0]) {
        return refuse(token_.offset, quoted(word) + " must be in lower case: " + quoted(keyword));
      }
    }
    return refuse(token_.offset, "expected 'and' or 'or' before " + quoted(word));
  }

  std::string_view text_;
  Token token_;
  std::size_t depth_ = 0;
  ConditionProblem problem_;
};

// Whether the name fits the pattern, in which '*' stands for any run of characters.
bool fits(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

class Resolver {
 public:
  Resolver(std::span<NamedExpression> names, std::vector<ConditionProblem>& problems)
      : names_(names), problems_(problems) {}

  Expression resolve(const Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::Identifier:
        return resolve_identifier(condition);
      case Condition::Kind::AnyOf:
      case Condition::Kind::AllOf:
        return resolve_selector(condition);
      case Condition::Kind::And:
        return Expression::all(resolve_operands(condition));
      case Condition::Kind::Or:
        return Expression::any(resolve_operands(condition));
      case Condition::Kind::Not:
        return Expression::negate(resolve(condition.operands.front()));
    }
    return {};
  }

 private:
  std::vector<Expression> resolve_operands(const Condition& condition) {
    std::vector<Expression> operands;
    for (const Condition& operand : condition.operands) operands.push_back(resolve(operand));
    return operands;
  }

  Expression resolve_identifier(const Condition& condition) {
    for (NamedExpression& named : names_) {
      if (named.name == condition.name) return take(named, condition.offset);
    }
    std::string message = "the detection has no " + quoted(condition.name);
    std::vector<std::string_view> candidates;
    for (const NamedExpression& named : names_) candidates.push_back(named.name);
    const std::string_view near = closest(condition.name, candidates);
    if (!near.empty()) message += ", try " + quoted(near);
    problems_.push_back({condition.offset, std::move(message)});
    return {};
  }

  // Names that begin with '_' are private: only a pattern that does so too selects them.
  Expression resolve_selector(const Condition& condition) {
    const std::string_view pattern =
        condition.name == "them" ? "*" : std::string_view(condition.name);
    std::vector<Expression> operands;
    for (NamedExpression& named : names_) {
      const bool visible = pattern.starts_with('_') || !named.name.starts_with('_');
      if (visible && fits(pattern, named.name)) operands.push_back(take(named, condition.offset));
    }
    if (operands.empty()) {
      problems_.push_back({condition.offset, "no name of the detection fits " + quoted(pattern)});
    }
    if (operands.size() == 1) return std::move(operands.front());
    return condition.kind == Condition::Kind::AllOf ? Expression::all(std::move(operands))
                                                    : Expression::any(std::move(operands));
  }

  Expression take(NamedExpression& named, std::size_t offset) {
    named.used = true;
    if (size_ > kExpressionSizeMax) return {};
    size_ += size_of(*named.expression);
    if (size_ <= kExpressionSizeMax) return *named.expression;
    problems_.push_back({offset, "the condition grows beyond " +
                                     std::to_string(kExpressionSizeMax) +
                                     " terms: split the rule"});
    return {};
  }

  std::span<NamedExpression> names_;
  std::vector<ConditionProblem>& problems_;
  std::size_t size_ = 0;
};

bool is_chain(const Condition& condition) {
  return condition.kind == Condition::Kind::And || condition.kind == Condition::Kind::Or;
}

// "and" binds closer than "or": only that nesting needs no parentheses.
std::string operand_text(const Condition& operand, Condition::Kind parent) {
  const bool bare =
      !is_chain(operand) || (parent == Condition::Kind::Or && operand.kind == Condition::Kind::And);
  return bare ? to_string(operand) : "(" + to_string(operand) + ")";
}

std::string join(const Condition& condition, std::string_view word) {
  std::string text;
  for (const Condition& operand : condition.operands) {
    if (!text.empty()) text.append(" ").append(word).append(" ");
    text += operand_text(operand, condition.kind);
  }
  return text;
}

}  // namespace

ParsedCondition parse_condition(std::string_view text) { return Parser(text).parse(); }

std::string to_string(const Condition& condition) {
  switch (condition.kind) {
    case Condition::Kind::Identifier:
      return condition.name;
    case Condition::Kind::AnyOf:
      return "1 of " + condition.name;
    case Condition::Kind::AllOf:
      return "all of " + condition.name;
    case Condition::Kind::And:
      return join(condition, "and");
    case Condition::Kind::Or:
      return join(condition, "or");
    case Condition::Kind::Not:
      return "not " + operand_text(condition.operands.front(), condition.kind);
  }
  return {};
}

Expression resolve(const Condition& condition, std::span<NamedExpression> names,
                   std::vector<ConditionProblem>& problems) {
  return Resolver(names, problems).resolve(condition);
}

std::string identifier_problem(std::string_view name) {
  if (name.empty() || !std::ranges::all_of(name, is_identifier_char)) {
    return quoted(name) + " is no identifier: use letters, digits, '_' and '-'";
  }
  if (name == "and" || name == "or" || name == "not" || name == "of") {
    return quoted(name) + " is a word of the condition language: choose another name";
  }
  return {};
}

}  // namespace trailwarden::sigma
