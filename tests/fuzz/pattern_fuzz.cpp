// An event pattern, a line end, an event. The compiled matcher must give the answer of the
// reference engine, and whatever the bytes are, neither compile() nor lint() nor explain() may
// crash.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "../unit/match/record.h"
#include "../unit/match/reference_engine.h"
#include "pattern/grammar.h"
#include "pattern/pattern.h"

namespace {

using namespace trailwarden;

// The reference engine tries every choice; these bounds keep that short.
constexpr std::ptrdiff_t kCommasMax = 24;
constexpr std::ptrdiff_t kStarsMax = 6;

// The pattern as the reference engine takes it: fields numbered by us.
struct Plain {
  std::vector<std::string> paths;
  std::vector<match::Predicate> predicates;
  std::vector<match::Branch> branches;

  explicit Plain(const pattern::Grammar& grammar) {
    for (const auto& paths_of_branch : grammar.branches) {
      branches.emplace_back();
      for (const auto& [path, leaf] : paths_of_branch) {
        add(path, grammar.leaves[leaf]);
      }
    }
  }

 private:
  void add(const std::string& path, const pattern::Leaf& leaf) {
    const auto field = json::FieldId{static_cast<std::uint32_t>(paths.size())};
    paths.push_back(path);
    match::FieldCondition condition{field, {}, leaf.or_absent};
    for (const pattern::Alternative& it : leaf.any_of) {
      condition.any_of.push_back(match::PredicateId{static_cast<std::uint32_t>(predicates.size())});
      predicates.push_back({field, it.test, it.inverted});
    }
    branches.back().push_back(std::move(condition));
  }
};

bool is_small(std::string_view pattern, std::string_view event) {
  return std::count(event.begin(), event.end(), ',') <= kCommasMax &&
         std::count(pattern.begin(), pattern.end(), '*') <= kStarsMax;
}

// The empty name alone has no dotted path of its own: the root has it.
bool has_empty_name(const Plain& plain) {
  return std::find(plain.paths.begin(), plain.paths.end(), "") != plain.paths.end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\n'), size);
  const std::string_view text = input.substr(0, end);
  const std::string_view event = input.substr(std::min(end + 1, size));

  pattern::lint(text);
  match::MatcherBuilder builder;
  const auto rule = pattern::compile(text, pattern::Subject::Raw, builder);
  if (!rule) return 0;
  const match::Matcher matcher = std::move(builder).build();
  match::Record projected(event, matcher.projection());
  if (!projected.ok()) return 0;
  match::MatchScratch scratch;
  std::vector<match::RuleId> matched;
  matcher.match(projected.fields(), scratch, matched);
  matcher.explain(*rule, projected.fields(), scratch);

  const auto grammar = pattern::parse_pattern(text);
  const auto tree = reference::JsonReader::read(event);
  if (!tree || tree->kind != json::Kind::Object || !is_small(text, event)) return 0;
  const Plain plain(*grammar);
  if (has_empty_name(plain)) return 0;
  const reference::Engine engine(*tree, plain.paths, plain.predicates);
  if (engine.holds(plain.branches) != !matched.empty()) __builtin_trap();
  return 0;
}
