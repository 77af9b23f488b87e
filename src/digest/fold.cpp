#include "digest/fold.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace trailwarden::digest {
namespace {

using triage::Sighting;
using triage::Verdict;

void count(Values& values, const std::string& value, std::uint64_t events = 1) {
  if (value.empty()) return;
  const auto same = [&](const Values::Entry& entry) { return entry.value == value; };
  const auto found = std::find_if(values.entries.begin(), values.entries.end(), same);
  if (found != values.entries.end()) {
    found->events += events;
  } else if (values.entries.size() < kValuesMax) {
    values.entries.push_back({value, events});
  } else {
    values.others += events;
  }
}

void sort(Values& values) {
  std::stable_sort(values.entries.begin(), values.entries.end(),
                   [](const auto& left, const auto& right) { return left.events > right.events; });
}

// Texts one behind the other, each with its size, so that no two lists give the same key.
std::string key_of(std::initializer_list<std::string_view> texts) {
  std::string key;
  for (const std::string_view text : texts) {
    key += std::to_string(text.size());
    key += ':';
    key += text;
  }
  return key;
}

// What all events of one line have in common, whether they are told one by one or counted.
template <class Event>
std::string call_part(const Event& event, const std::string& case_id) {
  return key_of({event.user, event.account, event.source, event.name, event.error_code, case_id});
}

// What events of one line have in common: of what is told whole, everything that a line tells.
std::string equal_part(const Sighting& event, const std::vector<std::string>& rules,
                       const std::string& case_id, bool is_whole) {
  std::string key = call_part(event, case_id);
  for (const std::string& rule : rules) key += key_of({rule});
  if (!is_whole) return key;
  return key + key_of({event.source_ip, event.region, event.user_agent, event.target});
}

void widen(std::optional<UnixSeconds>& first, std::optional<UnixSeconds>& last,
           std::optional<UnixSeconds> time) {
  if (!time) return;
  first = first ? std::min(*first, *time) : *time;
  last = last ? std::max(*last, *time) : *time;
}

auto order_of(const Line& line) {
  // Verdicts count up with danger, events with size: both are told from the top.
  return std::make_tuple(-static_cast<int>(line.verdict), -static_cast<std::int64_t>(line.events),
                         line.first.value_or(0), std::string_view(line.user),
                         std::string_view(line.source), std::string_view(line.name),
                         std::string_view(line.error));
}

auto order_of(const Group& group) {
  return std::make_tuple(-static_cast<std::int64_t>(group.dangerous),
                         -static_cast<std::int64_t>(group.uncertain),
                         -static_cast<std::int64_t>(group.events), std::string_view(group.name));
}

template <class T>
void sort_by_order(std::vector<T>& items) {
  std::stable_sort(items.begin(), items.end(),
                   [](const T& left, const T& right) { return order_of(left) < order_of(right); });
}

Group group_from(const std::string& name, std::map<std::string, Line>& lines) {
  Group group;
  group.name = name;
  for (auto& [key, line] : lines) {
    for (Values* values : {&line.addresses, &line.regions, &line.agents, &line.targets}) {
      sort(*values);
    }
    group.events += line.events;
    if (line.verdict == Verdict::Dangerous) group.dangerous += line.events;
    if (line.verdict == Verdict::Uncertain) group.uncertain += line.events;
    widen(group.first, group.last, line.first);
    widen(group.first, group.last, line.last);
    group.lines.push_back(std::move(line));
  }
  sort_by_order(group.lines);
  return group;
}

template <class Event>
const std::string& value_of(const Event& event, Dimension by) {
  static const std::string whole;
  switch (by) {
    case Dimension::All:
      return whole;
    case Dimension::User:
      return event.user;
    case Dimension::Service:
      return event.source;
    case Dimension::Region:
      return event.region;
    case Dimension::Account:
      return event.account;
  }
  return whole;
}

template <class Event>
void begin(Line& line, const Event& event) {
  line.user = event.user;
  line.account = event.account;
  line.source = event.source;
  line.name = event.name;
  line.error = event.error_code;
}

}  // namespace

const std::string& group_of(const Sighting& event, Dimension by) { return value_of(event, by); }

void Folder::add(const Sighting& event, Verdict verdict, const std::string& case_id) {
  const bool is_whole = verdict != Verdict::Safe;
  std::vector<std::string> rules;
  for (const triage::Hit& hit : event.hits) rules.push_back(rules_.rules[hit.rule].title);
  const std::string key = equal_part(event, rules, case_id, is_whole);
  Line& line = groups_[group_of(event, by_)][key];
  if (line.events == 0) {
    begin(line, event);
    line.case_id = case_id;
    line.rules = std::move(rules);
  }
  line.verdict = std::max(line.verdict, verdict);
  if (is_whole || line.events == 0) line.occurrences.push_back({event.time, event.event_id});
  ++line.events;
  widen(line.first, line.last, event.time);
  count(line.addresses, event.source_ip);
  count(line.regions, event.region);
  count(line.agents, event.user_agent);
  count(line.targets, event.target);
}

void Folder::add(const triage::Activity& activity, std::uint64_t events) {
  Line& line = groups_[value_of(activity, by_)][call_part(activity, "")];
  if (line.events == 0) begin(line, activity);
  line.events += events;
  widen(line.first, line.last, activity.hour);
  widen(line.first, line.last, activity.hour + triage::kActivityStep - 1);
  count(line.regions, activity.region, events);
  line.addresses.others += events;
}

Folded Folder::take() {
  Folded folded;
  for (auto& [name, lines] : groups_) {
    folded.groups.push_back(group_from(name, lines));
    folded.events += folded.groups.back().events;
    folded.lines += folded.groups.back().lines.size();
  }
  groups_.clear();
  sort_by_order(folded.groups);
  return folded;
}

}  // namespace trailwarden::digest
