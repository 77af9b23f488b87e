#include "digest/local.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analyst/advice.h"
#include "analyst/local.h"
#include "analyst/prose.h"
#include "digest/principal.h"

namespace trailwarden::digest {
namespace {

using analyst::counted;
using analyst::named;
using triage::Case;
using triage::Verdict;

constexpr std::size_t kDangerousTold = 100;
constexpr std::size_t kUncertainTold = 12;  // Dangerous ones before them included.
constexpr std::size_t kActorsTold = 8;
constexpr std::size_t kRoutineTold = 10;
constexpr std::size_t kTodosTold = 8;
constexpr std::size_t kEventsCited = 3;
constexpr std::size_t kCallsNamed = 3;
constexpr std::size_t kGroupLinesTold = 3;

std::string call_of(const Line& line) {
  std::string call = named(line.name) + " (" + named(analyst::service_of(line.source));
  if (!line.error.empty()) call += ", " + named(line.error);
  return call + ")";
}

// What a case stands on: the gravest of its events, in their order.
std::vector<std::string> cited(const Case& found) {
  std::vector<const triage::TimelineEntry*> entries;
  for (const auto& entry : found.timeline) entries.push_back(&entry);
  std::stable_sort(entries.begin(), entries.end(), [](const auto* left, const auto* right) {
    return left->judgement.risk > right->judgement.risk;
  });
  if (entries.size() > kEventsCited) entries.resize(kEventsCited);
  std::vector<std::string> ids;
  ids.reserve(entries.size());
  for (const auto* entry : entries) ids.push_back(entry->sighting.event_id);
  return ids;
}

Section matters(const scan::ScanResult& result) {
  Section section{{}, "Nothing that rules call dangerous or uncertain."};
  for (const Case& found : result.cases) {
    const std::size_t most = found.verdict == Verdict::Dangerous ? kDangerousTold : kUncertainTold;
    if (section.items.size() >= most) continue;
    const analyst::Story story = analyst::tell(found);
    section.items.push_back(
        {story.title + ". " + story.narrative, cited(found), found.verdict, found.id});
  }
  const std::uint64_t all = result.dangerous_cases + result.uncertain_cases;
  if (all > section.items.size()) {
    section.items.push_back({"And " + counted(all - section.items.size(), "more case") + ".", {}});
  }
  return section;
}

// One kind of call, of however many lines.
struct Call {
  const Line* line = nullptr;  // One of them.
  std::uint64_t events = 0;
};

void put_most_first(std::vector<Call>& calls) {
  std::stable_sort(calls.begin(), calls.end(),
                   [](const Call& left, const Call& right) { return left.events > right.events; });
}

// The calls of a group's lines, of the safe ones only where `safe` says so; by events from the top.
std::vector<Call> calls_of(const Group& group, bool safe) {
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, Call> by_name;
  for (const Line& line : group.lines) {
    if (safe && line.verdict != Verdict::Safe) continue;
    Call& call = by_name[{line.name, line.source, line.error}];
    call.line = &line;
    call.events += line.events;
  }
  std::vector<Call> calls;
  calls.reserve(by_name.size());
  for (const auto& [name, call] : by_name) calls.push_back(call);
  put_most_first(calls);
  return calls;
}

std::string often(const Call& call) {
  return call_of(*call.line) + " " + std::to_string(call.events) + "×";
}

// What all lines of a group come to.
struct Summary {
  std::uint64_t failed = 0;
  std::set<std::string_view> services, addresses;
  bool has_other_addresses = false;
};

Summary summary_of(const Group& group) {
  Summary summary;
  for (const Line& line : group.lines) {
    if (!line.error.empty()) summary.failed += line.events;
    summary.services.insert(line.source);
    for (const auto& entry : line.addresses.entries) summary.addresses.insert(entry.value);
    if (line.addresses.others != 0) summary.has_other_addresses = true;
  }
  return summary;
}

std::string most_often(const Group& group) {
  std::vector<std::string> calls;
  for (const Call& call : calls_of(group, false)) {
    if (calls.size() == kCallsNamed) break;
    calls.push_back(often(call));
  }
  return analyst::listed(calls);
}

std::string marks_of(const Group& group) {
  std::vector<std::string> marks;
  if (group.dangerous != 0) marks.push_back(std::to_string(group.dangerous) + " dangerous");
  if (group.uncertain != 0) marks.push_back(std::to_string(group.uncertain) + " uncertain");
  return marks.empty() ? "" : " (" + analyst::listed(marks) + ")";
}

Verdict verdict_of(const Group& group) {
  if (group.dangerous != 0) return Verdict::Dangerous;
  return group.uncertain != 0 ? Verdict::Uncertain : Verdict::Safe;
}

std::string told(const Group& group) {
  const Summary summary = summary_of(group);
  std::string text = counted(group.events, "event") + marks_of(group);
  text += " of " + counted(summary.services.size(), "service");
  if (!summary.addresses.empty()) {
    const std::size_t addresses = summary.addresses.size();
    text += summary.has_other_addresses ? " from at least " : " from ";
    text += std::to_string(addresses) + (addresses == 1 ? " address" : " addresses");
  }
  if (summary.failed != 0) text += ", " + std::to_string(summary.failed) + " failed";
  return text + "; most often " + most_often(group) + ".";
}

// A user, with the account where several have users of that name.
std::string who(const std::string& user, const std::string& account, bool with_account) {
  if (user.empty()) return "(no user)";
  const std::string text = told_principal(user);
  return with_account && !account.empty() ? text + " of " + named(account) : text;
}

bool has_accounts(const Folded& folded) {
  std::set<std::string_view> accounts;
  for (const Group& group : folded.groups) {
    for (const Line& line : group.lines) accounts.insert(line.account);
  }
  return accounts.size() > 1;
}

// Who failed so often that somebody should ask why, though no rule holds.
bool fails_a_lot(const Group& group) {
  constexpr std::uint64_t kFailuresFrom = 10;
  const std::uint64_t failed = summary_of(group).failed;
  return failed >= kFailuresFrom && failed * 2 >= group.events;
}

Section actors(const Folded& by_user) {
  Section section{{}, "Nobody stands out."};
  const bool with_account = has_accounts(by_user);
  for (const Group& group : by_user.groups) {
    const bool is_notable = verdict_of(group) != Verdict::Safe || fails_a_lot(group);
    if (!is_notable || section.items.size() == kActorsTold) continue;
    section.items.push_back(
        {who(group.name, group.lines.front().account, with_account) + ": " + told(group),
         {},
         verdict_of(group)});
  }
  return section;
}

Section changes_since(const Facts* before, const scan::ScanResult& result) {
  if (before == nullptr) return {{}, "No digest before this one to compare with."};
  Section section{changes(*before, facts_of(result)), "Nothing new since the last digest"};
  section.empty += analyst::time_span(before->first, before->last).empty()
                       ? "."
                       : ", " + analyst::time_span(before->first, before->last) + ".";
  return section;
}

// What those do most who did nothing dangerous: of an intruder nothing is routine.
Section routine(const Folded& by_user) {
  std::vector<Call> calls;
  for (const Group& group : by_user.groups) {
    if (group.dangerous != 0) continue;
    const std::vector<Call> own = calls_of(group, true);
    calls.insert(calls.end(), own.begin(), own.end());
  }
  put_most_first(calls);
  Section section{{}, "No safe events of users who did nothing dangerous."};
  const bool with_account = has_accounts(by_user);
  for (const Call& call : calls) {
    if (section.items.size() == kRoutineTold) break;
    section.items.push_back(
        {who(call.line->user, call.line->account, with_account) + ": " + often(call) + ".", {}});
  }
  return section;
}

Section todo(const scan::ScanResult& result) {
  Section section{{}, "Nothing."};
  std::set<std::string_view> checks;
  for (const Case& found : result.cases) {
    const std::string_view check = analyst::advice_for(found).check;
    if (section.items.size() == kTodosTold) break;
    if (!checks.insert(check).second) continue;
    section.items.push_back({analyst::tell(found).title + ": " + std::string(check) + ".",
                             {cited(found).front()},
                             found.verdict});
  }
  if (result.counts.skipped != 0) {
    section.items.push_back({"See why " + counted(result.counts.skipped, "record") +
                                 " could not be read: trailwarden scan names each.",
                             {}});
  }
  return section;
}

std::string lead_of(const scan::ScanResult& result) {
  const std::string events = counted(result.counts.judged, "event") + ": ";
  const auto cases = [](std::uint64_t count, const char* verdict) {
    return std::to_string(count) + " " + verdict + (count == 1 ? " case" : " cases");
  };
  return events + cases(result.dangerous_cases, "dangerous") + ", " +
         cases(result.uncertain_cases, "uncertain") + ".";
}

std::vector<GroupSummary> summaries(const Folded& folded, Dimension by) {
  const bool with_account = has_accounts(folded);
  std::vector<GroupSummary> summaries;
  for (const Group& group : folded.groups) {
    if (summaries.size() == kGroupsShown) break;
    GroupSummary summary{group.name, group.events, group.dangerous, group.uncertain, {}};
    summary.items.push_back({told(group), {}, verdict_of(group)});
    for (const Line& line : group.lines) {
      if (line.verdict == Verdict::Safe || summary.items.size() > kGroupLinesTold) break;
      const std::string by_whom =
          by == Dimension::User ? "" : " by " + who(line.user, line.account, with_account);
      summary.items.push_back({call_of(line) + " " + std::to_string(line.events) + "×" + by_whom +
                                   ": " + analyst::listed(line.rules) + ".",
                               {line.occurrences.front().event_id},
                               line.verdict});
    }
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

}  // namespace

Page write_locally(const Material& material) {
  const scan::ScanResult& result = material.result;
  Page page;
  page.first = result.first;
  page.last = result.last;
  page.lead = lead_of(result);
  page.section(Part::Matters) = matters(result);
  page.section(Part::Actors) = actors(material.by_user);
  page.section(Part::Changes) = changes_since(material.before, result);
  page.section(Part::Routine) = routine(material.by_user);
  page.section(Part::Todo) = todo(result);
  page.by = material.by;
  if (material.by != Dimension::All) {
    page.groups = summaries(material.by_group, material.by);
    page.other_groups = material.by_group.groups.size() - page.groups.size();
  }
  page.users = result.users;
  page.services = result.services;
  page.regions = result.regions;
  page.counts = result.counts;
  page.collected = material.collected;
  page.author = "local";
  return page;
}

}  // namespace trailwarden::digest
