#include "analyst/local.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <vector>

#include "analyst/action.h"
#include "analyst/advice.h"
#include "analyst/prose.h"
#include "analyst/who.h"
#include "triage/log_text.h"
#include "triage/tactic.h"

namespace trailwarden::analyst {
namespace {

using triage::Case;
using triage::CaseAction;

constexpr std::size_t kTitleMax = 80;
constexpr std::size_t kToldMax = 4;  // Actions that a sentence can carry.

bool all_failed(const CaseAction& action) { return action.failed == action.events; }

// The `count` gravest actions, in the order in which they began; at one time, in the order of the
// kill chain. What came to nothing is less grave than what did not.
std::vector<const CaseAction*> gravest(const Case& found, std::size_t count) {
  std::vector<const CaseAction*> actions;
  for (const CaseAction& action : found.actions) actions.push_back(&action);
  std::stable_sort(actions.begin(), actions.end(), [](const CaseAction* a, const CaseAction* b) {
    return std::tuple(a->level, all_failed(*b)) > std::tuple(b->level, all_failed(*a));
  });
  actions.resize(std::min(count, actions.size()));
  std::stable_sort(actions.begin(), actions.end(), [](const CaseAction* a, const CaseAction* b) {
    return std::tuple(a->first, triage::tactic_place(a->tactic)) <
           std::tuple(b->first, triage::tactic_place(b->tactic));
  });
  return actions;
}

std::string target_names(const triage::Distinct& targets) {
  std::vector<std::string> names;
  for (const auto& entry : targets.entries) names.push_back(named(resource_name(entry.value), 40));
  if (targets.others > 0) names.emplace_back("others");
  return listed(names);
}

// "an access key for admin", "the secrets a and b", "CloudTrail logging"
std::string object_of(const Action& words, const CaseAction& action) {
  const std::string targets = target_names(action.targets);
  const bool several = action.targets.entries.size() > 1 || action.targets.others > 0;
  if (words.many.empty()) {
    const std::string one(words.one);
    if (targets.empty() || words.preposition.empty()) return one;
    return one + " " + std::string(words.preposition) + " " + targets;
  }
  if (words.preposition.empty() && !targets.empty()) {
    return "the " + std::string(several ? words.many : words.one) + " " + targets;
  }
  std::string object =
      several || action.events > 1 ? std::string(words.many) : with_article(words.one);
  if (!targets.empty()) object += " " + std::string(words.preposition) + " " + targets;
  return object;
}

// "(CreateAccessKey)", "(GetPasswordData, 29 calls)"; for words of our own that say less than the
// rule, with the rule's title.
std::string aside(const CaseAction& action, bool with_title) {
  std::string text = " (" + named(action.name);
  if (action.events > 1) text += ", " + counted(action.events, "call");
  if (with_title && !action.rule_title.empty()) {
    text += ": “" + triage::shown(action.rule_title, 100) + "”";
  }
  return text + ")";
}

std::string clause(const CaseAction& action) {
  const std::string name = action.name.empty() ? "something without a name" : named(action.name);
  const Action* words = find_action(action.name);
  if (words == nullptr) {
    std::string text = (all_failed(action) ? "tried to call " : "called ") + name;
    if (action.events > 1) text += " " + counted(action.events, "time");
    const std::string targets = target_names(action.targets);
    if (!targets.empty()) text += " on " + targets;
    return action.rule_title.empty() ? text
                                     : text + " (“" + triage::shown(action.rule_title, 100) + "”)";
  }
  const std::string verb =
      all_failed(action) ? "tried to " + std::string(words->infinitive) : std::string(words->past);
  return verb + " " + object_of(*words, action) + aside(action, words->headline.empty());
}

std::string what_happened(const Case& found, const Who& who) {
  std::string text = who.full;
  const auto& addresses = found.addresses.entries;
  if (!addresses.empty() && !found.is_service) {
    text += ", from " + named(addresses.front().value, 45);
    const std::size_t more = addresses.size() - 1;
    if (found.addresses.others > 0) {
      text += " and many other addresses";
    } else if (more > 0) {
      text += " and " + std::to_string(more) + " other " + (more == 1 ? "address" : "addresses");
    }
    text += ",";
  }
  std::vector<std::string> clauses;
  std::uint64_t told = 0;
  for (const CaseAction* action : gravest(found, kToldMax)) {
    clauses.push_back(clause(*action));
    told += action->events;
  }
  text += " " + listed(clauses, " and then ");
  if (found.events > told) {
    text += ", among " + counted(found.events - told, "other call") + " of note";
  }
  const std::string when = time_span(found.first, found.last);
  if (!when.empty()) text += ", " + when;
  return text + ".";
}

std::string what_failed(const Case& found) {
  if (found.failed == 0) return {};
  if (found.failed < found.events) {
    return " " + std::to_string(found.failed) + " of " + counted(found.events, "call") + " failed.";
  }
  if (found.events == 1) return " The call failed, so nothing shows yet that it succeeded.";
  return " All " + counted(found.events, "call") +
         " failed, so nothing shows yet that the attempt succeeded.";
}

std::string headline(const CaseAction& action) {
  const Action* words = find_action(action.name);
  if (words == nullptr || words->headline.empty()) {
    if (!action.rule_title.empty()) return triage::shown(action.rule_title, kTitleMax);
    return named(action.name, 40) + " called";
  }
  if (!all_failed(action)) return std::string(words->headline);
  CaseAction nameless = action;
  nameless.targets = {};
  return "failed attempt to " + std::string(words->infinitive) + " " + object_of(*words, nameless);
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string cut_to_title(const std::string& text) {
  if (characters(text) <= kTitleMax) return text;
  std::size_t end = 0;
  for (std::size_t kept = 0; kept < kTitleMax; ++end) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U) ++kept;
  }
  return text.substr(0, end - 1) + "…";
}

std::string title_of(const Case& found, const Who& who) {
  const std::vector<const CaseAction*> two = gravest(found, 2);
  const std::string by = " by " + who.brief;
  if (two.empty()) return cut_to_title("Suspicious calls" + by);
  if (two.size() == 2 && headline(*two[0]) != headline(*two[1])) {
    const std::string both = capitalised(headline(*two[0])) + ", then " + headline(*two[1]) + by;
    if (characters(both) <= kTitleMax) return both;
  }
  return cut_to_title(capitalised(headline(*gravest(found, 1)[0])) + by);
}

}  // namespace

Story tell(const Case& found) {
  const Who who = who_is(found);
  const Advice& advice = advice_for(found);
  std::string narrative = what_happened(found, who) + what_failed(found);
  narrative.append(" ").append(advice.why).append(": ").append(advice.check).append(".");
  return {title_of(found, who), narrative};
}

}  // namespace trailwarden::analyst
