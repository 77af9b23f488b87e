#include "analyst/deed.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "analyst/prose.h"
#include "triage/log_text.h"
#include "triage/tactic.h"

namespace trailwarden::analyst {
namespace {

using triage::CaseAction;

constexpr std::size_t kTitleMax = 100;  // Of a rule.
constexpr std::size_t kNamesMax = 3;    // Of calls that have no words of their own.

void add_targets(triage::Distinct& sum, const triage::Distinct& more) {
  for (const auto& entry : more.entries) {
    const bool known = std::any_of(sum.entries.begin(), sum.entries.end(),
                                   [&](const auto& other) { return other.value == entry.value; });
    if (!known) sum.entries.push_back(entry);
  }
  sum.others += more.others;
}

void add(Deed& deed, const CaseAction& action) {
  deed.names.push_back(action.name);
  CaseAction& sum = deed.sum;
  if (deed.names.size() == 1) {
    sum = action;
    return;
  }
  sum.level = std::max(sum.level, action.level);
  sum.first = std::min(sum.first, action.first);
  sum.events += action.events;
  sum.failed += action.failed;
  add_targets(sum.targets, action.targets);
}

std::vector<Deed> all_deeds(const triage::Case& found) {
  std::vector<Deed> deeds;
  for (const CaseAction& action : found.actions) {
    const Action* words = find_action(action.name);
    const auto same = std::find_if(deeds.begin(), deeds.end(), [&](const Deed& deed) {
      return words == nullptr && deed.words == nullptr && !action.rule_title.empty() &&
             deed.sum.rule_title == action.rule_title;
    });
    Deed& deed = same == deeds.end() ? deeds.emplace_back() : *same;
    deed.words = words;
    add(deed, action);
  }
  return deeds;
}

// Gravest first.
void sort_by_gravity(std::vector<Deed>& deeds) {
  std::set<std::pair<sigma::Level, std::string>> told_tactics;
  std::vector<std::pair<std::tuple<sigma::Level, bool, bool>, Deed>> ranked;
  for (const bool failed : {false, true}) {
    for (Deed& deed : deeds) {
      if (deed.all_failed() != failed) continue;
      const bool is_news = told_tactics.emplace(deed.sum.level, deed.sum.tactic).second;
      ranked.emplace_back(std::tuple(deed.sum.level, is_news, !failed), std::move(deed));
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  deeds.clear();
  for (auto& [rank, deed] : ranked) deeds.push_back(std::move(deed));
}

std::string target_names(const triage::Distinct& targets) {
  constexpr std::size_t kNameMax = 60;
  std::vector<std::string> names;
  for (const auto& entry : targets.entries) {
    names.push_back(named(resource_name(entry.value), kNameMax));
  }
  if (targets.others > 0) names.emplace_back("others");
  return listed(names);
}

// "to role" → "to roles"
std::string plural_of(std::string_view preposition) {
  constexpr std::string_view kNouns[] = {"user",     "role",     "group",  "bucket",
                                         "instance", "function", "KMS key"};
  const bool ends_in_noun = std::any_of(
      std::begin(kNouns), std::end(kNouns),
      [&](std::string_view noun) { return preposition.ends_with(" " + std::string(noun)); });
  return std::string(preposition) + (ends_in_noun ? "s" : "");
}

// "an access key for admin", "the secrets a and b", "CloudTrail logging"
std::string object_of(const Action& words, const CaseAction& sum) {
  const std::string targets = target_names(sum.targets);
  const bool several = sum.targets.entries.size() > 1 || sum.targets.others > 0;
  const bool countable = !words.many.empty();
  if (countable && words.preposition.empty() && !targets.empty()) {
    return "the " + std::string(several ? words.many : words.one) + " " + targets;
  }
  std::string object = !countable                  ? std::string(words.one)
                       : several || sum.events > 1 ? std::string(words.many)
                                                   : with_article(words.one);
  if (targets.empty() || words.preposition.empty()) return object;
  return object + " " + (several ? plural_of(words.preposition) : std::string(words.preposition)) +
         " " + targets;
}

std::string quoted_title(const CaseAction& sum) {
  return sum.rule_title.empty() ? "" : "“" + triage::shown(sum.rule_title, kTitleMax) + "”";
}

std::string calls_of(const CaseAction& sum) {
  return sum.events > 1 ? counted(sum.events, "call") : "";
}

// The parts that hold something, in parentheses.
std::string aside(std::vector<std::string> parts) {
  parts.erase(std::remove(parts.begin(), parts.end(), ""), parts.end());
  return parts.empty() ? "" : " (" + listed(parts, ", ") + ")";
}

std::string told_by_names(const Deed& deed) {
  std::vector<std::string> names;
  for (const std::string& name : deed.names) {
    if (names.size() == kNamesMax) {
      names.emplace_back("others");
      break;
    }
    names.push_back(name.empty() ? "something without a name" : named(name));
  }
  return (deed.all_failed() ? "tried to call " : "called ") + listed(names) +
         aside({calls_of(deed.sum), quoted_title(deed.sum)});
}

}  // namespace

std::vector<Deed> gravest_deeds(const triage::Case& found, std::size_t count_max) {
  std::vector<Deed> deeds = all_deeds(found);
  sort_by_gravity(deeds);
  if (deeds.size() > count_max) {
    deeds.erase(deeds.begin() + static_cast<std::ptrdiff_t>(count_max), deeds.end());
  }
  std::stable_sort(deeds.begin(), deeds.end(), [](const Deed& a, const Deed& b) {
    return std::tuple(a.sum.first, triage::tactic_place(a.sum.tactic)) <
           std::tuple(b.sum.first, triage::tactic_place(b.sum.tactic));
  });
  return deeds;
}

std::string told(const Deed& deed) {
  if (deed.words == nullptr) return told_by_names(deed);
  const std::string verb(deed.all_failed() ? "tried to " + std::string(deed.words->infinitive)
                                           : deed.words->past);
  const std::string title = deed.words->headline.empty() ? quoted_title(deed.sum) : "";
  return verb + " " + object_of(*deed.words, deed.sum) +
         aside({named(deed.names.front()), calls_of(deed.sum), title});
}

std::string headline(const Deed& deed) {
  if (deed.words == nullptr || deed.words->headline.empty()) {
    if (!deed.sum.rule_title.empty()) return triage::shown(deed.sum.rule_title, kTitleMax);
    return named(deed.names.front(), 40) + " called";
  }
  if (!deed.all_failed()) return std::string(deed.words->headline);
  CaseAction nameless = deed.sum;
  nameless.targets = {};
  return "failed attempt to " + std::string(deed.words->infinitive) + " " +
         object_of(*deed.words, nameless);
}

}  // namespace trailwarden::analyst
