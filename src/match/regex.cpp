#include "match/regex.h"

#include <re2/re2.h>
#include <re2/set.h>

namespace trailwarden::match {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

struct Regex::Program {
  explicit Program(const std::string& expression) : re2(expression, quiet()) {}
  RE2 re2;
};

Result<Regex> Regex::compile(const std::string& expression) {
  auto program = std::make_shared<const Program>(expression);
  if (!program->re2.ok()) {
    return fail(ErrorCode::Syntax,
                "not a regular expression that RE2 takes: " + program->re2.error());
  }
  Regex result;
  result.program_ = std::move(program);
  return result;
}

bool Regex::found_in(std::string_view text) const {
  return program_->re2.Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

struct RegexSet::Program {
  RE2::Set set{quiet(), RE2::UNANCHORED};
};

RegexSet::RegexSet(std::unique_ptr<Program> program) : program_(std::move(program)) {}
RegexSet::~RegexSet() = default;

std::unique_ptr<RegexSet> RegexSet::compile(const std::vector<std::string>& expressions) {
  auto program = std::make_unique<Program>();
  for (const std::string& expression : expressions) {
    if (program->set.Add(expression, nullptr) < 0) return nullptr;
  }
  if (!program->set.Compile()) return nullptr;
  return std::unique_ptr<RegexSet>(new RegexSet(std::move(program)));
}

bool RegexSet::search(std::string_view text, std::vector<int>& hits) const {
  RE2::Set::ErrorInfo error{};
  hits.clear();
  return program_->set.Match(piece(text), &hits, &error) || error.kind == RE2::Set::kNoError;
}

}  // namespace trailwarden::match
