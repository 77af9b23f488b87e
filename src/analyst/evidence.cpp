#include "analyst/evidence.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "analyst/prose.h"
#include "base/utc_time.h"
#include "json/writer.h"
#include "triage/log_text.h"

namespace trailwarden::analyst {
namespace {

using triage::Case;
using triage::CaseAction;
using triage::CaseFinding;
using triage::Distinct;
using triage::TimelineEntry;

// Enough for a judgement, and a bound for what a question costs.
constexpr std::size_t kFindingsMax = 14;
constexpr std::size_t kActionsMax = 16;
constexpr std::size_t kEventsMax = 16;
constexpr std::size_t kDistinctMax = 4;
constexpr std::size_t kTextMax = 100;
constexpr std::size_t kWhyMax = 160;

// What made a finding hold, without the call, the identity and the address that stand elsewhere:
// "requestParameters.userName = admin". triage/sighting.cpp writes them before the first "; ".
std::string_view evidence_in(std::string_view why) {
  const std::size_t mark = why.find("; ");
  return mark == why.npos ? std::string_view() : why.substr(mark + 2);
}

// What hiding has to look at. The end is that of a word: half of a name would not be known.
std::string_view bounded(std::string_view text) {
  constexpr std::size_t kHiddenMax = 1000;
  if (text.size() <= kHiddenMax) return text;
  const std::size_t end = text.find_last_of(" ,;/:\"'", kHiddenMax);
  return text.substr(0, end == text.npos ? 0 : end);
}

// A value that was cut when its sentence was made, without the word that the cut went through.
std::string_view without_cut_word(std::string_view value) {
  constexpr std::string_view kCut = "…";
  if (!value.ends_with(kCut)) return value;
  const std::size_t end = value.find_last_of(" ,;/:\"'[]{}");
  return value.substr(0, end == value.npos ? 0 : end + 1);
}

// Whether a parameter's value is a name of the user's own: "requestParameters.roleName".
bool names_a_thing(std::string_view path) {
  constexpr auto kEndings =
      std::to_array<std::string_view>({"Name", "Id", "Arn", "ARN", "Identifier", ".name", ".path",
                                       ".key", "Key", ".user", "Email"});
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

// Writes one case. Used once.
class Writing {
 public:
  Writing(const Case& found, Redaction redaction, Names& names)
      : found_(found), redaction_(redaction), names_(names), json_(evidence_.json) {}

  Evidence run() && {
    choose_events();
    json_.begin_object();
    identity();
    json_.key("local_verdict").string(to_string(found_.verdict));
    json_.key("risk").number(std::int64_t{found_.risk});
    findings();
    actions();
    events();
    json_.end_object();
    return std::move(evidence_);
  }

 private:
  std::string text(std::string_view from) {
    if (redaction_ == Redaction::Off) return triage::shown(from, kTextMax);
    return triage::shown(names_.hide(bounded(from)), kTextMax);
  }
  std::string name(std::string_view from) {
    if (redaction_ == Redaction::Off) return triage::shown(from, kTextMax);
    return triage::shown(names_.hide_name(bounded(from)), kTextMax);
  }

  void identity() {
    json_.key("identity").begin_object();
    json_.key("type").string(text(found_.user_type.empty() ? "unknown" : found_.user_type));
    json_.key("principal").string(text(found_.principal.empty() ? found_.actor : found_.principal));
    if (found_.is_service) json_.key("is_aws_service").boolean(true);
    json_.key("account").string(text(found_.account));
    json_.end_object();
    if (found_.first) json_.key("first").string(format_utc(*found_.first));
    if (found_.last && found_.last != found_.first)
      json_.key("last").string(format_utc(*found_.last));
    json_.key("calls").number(static_cast<std::int64_t>(found_.events));
    json_.key("failed_calls").number(static_cast<std::int64_t>(found_.failed));
    distinct("regions", found_.regions);
    distinct("addresses", found_.addresses);
    distinct("agents", found_.agents);
  }

  void distinct(std::string_view key, const Distinct& values) {
    json_.key(key).begin_object();
    const std::size_t count = std::min(values.entries.size(), kDistinctMax);
    for (std::size_t i = 0; i < count; ++i) {
      json_.key(text(values.entries[i].value))
          .number(static_cast<std::int64_t>(values.entries[i].events));
    }
    json_.end_object();
    const std::uint64_t more = values.entries.size() - count + values.others;
    if (more != 0) json_.key("more_" + std::string(key)).number(static_cast<std::int64_t>(more));
  }

  void findings() {
    json_.key("findings").begin_array();
    const std::size_t count = std::min(found_.findings.size(), kFindingsMax);
    for (std::size_t i = 0; i < count; ++i) finding(found_.findings[i]);
    json_.end_array();
    left_out("more_findings", found_.findings.size() - count);
  }

  void finding(const CaseFinding& each) {
    json_.begin_object();
    json_.key("rule").string(triage::shown(each.finding.title, kTextMax));
    json_.key("level").string(to_string(each.finding.level));
    if (!each.finding.attack.empty()) json_.key("attack").string(each.finding.attack.front());
    json_.key("events").number(static_cast<std::int64_t>(each.events));
    if (each.failed != 0) json_.key("failed").number(static_cast<std::int64_t>(each.failed));
    const std::string why = parameters(evidence_in(each.finding.why));
    if (!why.empty()) json_.key("because").string(why);
    if (const std::string label = label_of(each.event_id); !label.empty()) {
      json_.key("event").string(label);
    }
    json_.end_object();
  }

  // "path = value, path = value."; under redaction, values that are names are hidden as a whole.
  std::string parameters(std::string_view list) {
    if (redaction_ == Redaction::Off || list.empty()) return triage_text(list);
    std::string out;
    while (!list.empty()) {
      const std::size_t equals = list.find(" = ");
      if (equals == list.npos) break;
      const std::string_view path = list.substr(0, equals);
      list.remove_prefix(equals + 3);
      // A value may hold ", " itself: it ends where the next path begins.
      std::size_t end = list.size();
      for (std::size_t comma = list.find(", "); comma != list.npos;
           comma = list.find(", ", comma + 2)) {
        const std::size_t next = list.find(" = ", comma);
        if (next != list.npos && list.substr(comma + 2, next - comma - 2).find(' ') == list.npos) {
          end = comma;
          break;
        }
      }
      std::string_view value = list.substr(0, end);
      list.remove_prefix(std::min(end + 2, list.size()));
      if (list.empty() && value.ends_with('.')) value.remove_suffix(1);
      out += (out.empty() ? "" : ", ") + std::string(path) + " = " +
             (names_a_thing(path) ? names_.hide_name(value) : names_.hide(without_cut_word(value)));
    }
    return triage_text(out);
  }
  // A finding's sentence was written out when it was made; again would double its backslashes.
  static std::string triage_text(std::string_view text) {
    if (text.size() <= kWhyMax) return std::string(text);
    std::size_t end = kWhyMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return std::string(text.substr(0, end)) + "…";
  }

  void actions() {
    json_.key("actions").begin_array();
    const std::size_t count = std::min(found_.actions.size(), kActionsMax);
    for (std::size_t i = 0; i < count; ++i) {
      const CaseAction& each = found_.actions[i];
      json_.begin_object();
      json_.key("call").string(call(each.source, each.name));
      json_.key("times").number(static_cast<std::int64_t>(each.events));
      if (each.failed != 0) json_.key("failed").number(static_cast<std::int64_t>(each.failed));
      if (!each.targets.entries.empty()) {
        json_.key("on").begin_array();
        for (const auto& target : each.targets.entries) json_.string(name(target.value));
        json_.end_array();
      }
      json_.end_object();
    }
    json_.end_array();
    left_out("more_actions", found_.actions.size() - count + found_.other_actions);
  }

  std::string call(std::string_view source, std::string_view event_name) {
    return text(std::string(service_of(source)) + " " + std::string(event_name));
  }

  void events() {
    json_.key("events").begin_array();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const triage::Sighting& event = rows_[i]->sighting;
      const std::string time = event.time ? format_utc(*event.time) : "";
      json_.begin_array();
      json_.string("e" + std::to_string(i + 1));
      json_.string(time.size() > 11 ? std::string_view(time).substr(11, 8) : std::string_view());
      json_.string(call(event.source, event.name));
      json_.string(event.target.empty() ? "" : name(event.target));
      if (event.failed) json_.string(text(event.error_code.empty() ? "failed" : event.error_code));
      json_.end_array();
    }
    json_.end_array();
    left_out("more_events", found_.omitted + found_.timeline.size() - rows_.size());
  }

  void left_out(std::string_view key, std::uint64_t count) {
    if (count != 0) json_.key(key).number(static_cast<std::int64_t>(count));
  }

  // Those that findings rest on and one of each call and outcome, then those of the highest risk.
  void choose_events() {
    std::vector<const TimelineEntry*> all;
    for (const TimelineEntry& entry : found_.timeline) all.push_back(&entry);
    std::stable_sort(all.begin(), all.end(), [](const TimelineEntry* a, const TimelineEntry* b) {
      return a->judgement.risk > b->judgement.risk;
    });
    std::set<std::string_view> cited;
    for (const CaseFinding& each : found_.findings) cited.insert(each.event_id);
    std::set<std::pair<std::string_view, std::string_view>> seen;
    std::set<const TimelineEntry*> chosen;
    const auto choose = [&](const auto& wanted) {
      for (const TimelineEntry* entry : all) {
        if (chosen.size() < kEventsMax && wanted(*entry)) chosen.insert(entry);
      }
    };
    choose([&](const TimelineEntry& entry) { return cited.contains(entry.sighting.event_id); });
    choose([&](const TimelineEntry& entry) {
      return seen.insert({entry.sighting.name, entry.sighting.error_code}).second;
    });
    choose([](const TimelineEntry&) { return true; });
    for (const TimelineEntry& entry : found_.timeline) {
      if (!chosen.contains(&entry)) continue;
      rows_.push_back(&entry);
      evidence_.event_ids.push_back(entry.sighting.event_id);
    }
  }

  std::string label_of(const std::string& event_id) const {
    const auto& ids = evidence_.event_ids;
    const auto place = std::find(ids.begin(), ids.end(), event_id);
    return place == ids.end() ? "" : "e" + std::to_string(place - ids.begin() + 1);
  }

  const Case& found_;
  const Redaction redaction_;
  Names& names_;
  Evidence evidence_;
  json::Writer json_;
  std::vector<const TimelineEntry*> rows_;
};

// 0, 1, 2, 4, 8, …: counts that tell the same.
std::uint64_t step_of(std::uint64_t count) {
  std::uint64_t step = 1;
  while (step * 2 <= count) step *= 2;
  return count == 0 ? 0 : step;
}

// "aws-cli" of "aws-cli/2.17.9 md/…": what made the calls. An attacker may write what he likes
// there, which then makes another shape.
std::string_view tool_of(std::string_view agent) {
  return agent.substr(0, agent.find_first_of("/ "));
}

// Where calls came from, as far as it tells without an address.
std::string_view place_of(std::string_view address) {
  if (address.ends_with(".amazonaws.com")) return "service";
  const bool is_private =
      address.starts_with("10.") || address.starts_with("192.168.") || address.starts_with("fd");
  return is_private ? "private" : "public";
}

std::string_view outcome_of(std::uint64_t events, std::uint64_t failed) {
  if (failed == 0) return "done";
  return failed == events ? "failed" : "mixed";
}

}  // namespace

Evidence evidence_of(const Case& found, Redaction redaction, Names& names) {
  return Writing(found, redaction, names).run();
}

std::string shape_of(const Case& found) {
  std::set<std::string> lines;  // In an order of their own, whatever the case's.
  for (const CaseFinding& each : found.findings) {
    lines.insert("rule " + each.finding.id + " " + std::to_string(step_of(each.events)) + " " +
                 std::string(outcome_of(each.events, each.failed)));
  }
  for (const CaseAction& each : found.actions) {
    lines.insert("call " + each.source + " " + each.name + " " +
                 std::to_string(step_of(each.events)) + " " +
                 std::string(outcome_of(each.events, each.failed)));
  }
  for (const auto& agent : found.agents.entries) {
    lines.insert("tool " + std::string(tool_of(agent.value)));
  }
  for (const auto& address : found.addresses.entries) {
    lines.insert("place " + std::string(place_of(address.value)));
  }
  const auto number = [](const Distinct& values) {
    return std::to_string(step_of(values.entries.size() + (values.others != 0 ? 1 : 0)));
  };
  std::string shape = "v1 " + found.user_type + (found.is_service ? " service " : " ") +
                      std::string(to_string(found.verdict)) + " regions " + number(found.regions) +
                      " addresses " + number(found.addresses);
  for (const std::string& line : lines) shape += "\n" + line;
  return shape;
}

}  // namespace trailwarden::analyst
