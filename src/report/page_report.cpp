#include "report/page_report.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include "analyst/local.h"
#include "base/utc_time.h"
#include "json/writer.h"
#include "page/page.h"
#include "triage/risk.h"

namespace trailwarden::report {
namespace {

using triage::Case;
using triage::CaseFinding;

std::int64_t whole(std::uint64_t number) { return static_cast<std::int64_t>(number); }

std::string time_text(std::optional<UnixSeconds> time) { return time ? format_utc(*time) : ""; }

class PageJson {
 public:
  explicit PageJson(const Report& report) : report_(report), json_(out_) {
    for (const sigma::Rule& rule : report.rules) rules_[rule.id] = &rule;
  }

  std::string write() && {
    json_.begin_object();
    json_.key("schema").number(std::int64_t{1});
    json_.key("generator").string(report_.generator);
    json_.key("inputs");
    texts(report_.inputs);
    period();
    counts();
    skipped();
    json_.key("case_counts").begin_object();
    field("dangerous", report_.result.dangerous_cases);
    field("uncertain", report_.result.uncertain_cases);
    json_.end_object();
    json_.key("rules").begin_object();
    json_.key("count").number(whole(report_.rules.size()));
    json_.key("hash").string(report_.rules_hash);
    json_.end_object();
    timeline();
    table("by_user", report_.result.users);
    table("by_service", report_.result.services);
    table("by_region", report_.result.regions);
    json_.key("cases").begin_array();
    for (const Case* found : cases_of(report_)) write_case(*found);
    json_.end_array();
    json_.end_object();
    return std::move(out_);
  }

 private:
  template <class Texts>
  void texts(const Texts& values) {
    json_.begin_array();
    for (const std::string& value : values) json_.string(value);
    json_.end_array();
  }

  void field(std::string_view name, std::uint64_t value) { json_.key(name).number(whole(value)); }

  void names(std::string_view name, const triage::Distinct& values) {
    json_.key(name).begin_array();
    for (const auto& entry : values.entries) json_.string(entry.value);
    json_.end_array();
  }

  void period() {
    json_.key("period").begin_object();
    json_.key("first").string_or_null(time_text(report_.result.first));
    json_.key("last").string_or_null(time_text(report_.result.last));
    json_.end_object();
  }

  void counts() {
    const scan::Counts& counts = report_.result.counts;
    json_.key("counts").begin_object();
    field("read", counts.read);
    field("judged", counts.judged);
    field("filtered", counts.filtered);
    field("repeated", counts.repeated);
    field("skipped", counts.skipped);
    field("dangerous", counts.dangerous);
    field("uncertain", counts.uncertain);
    field("safe", counts.safe);
    json_.end_object();
  }

  void skipped() {
    json_.key("skipped").begin_array();
    for (const auto& [kind, count] : report_.result.problems.counts) {
      if (!counts_as_skipped(kind)) continue;
      json_.begin_object();
      json_.key("reason").string(cloudtrail::reason(kind));
      field("count", count);
      json_.end_object();
    }
    json_.end_array();
  }

  void series(std::string_view name, const std::vector<std::uint64_t>& values) {
    json_.key(name).begin_array();
    for (const std::uint64_t value : values) json_.number(whole(value));
    json_.end_array();
  }

  void timeline() {
    const scan::Timeline& timeline = report_.result.timeline;
    json_.key("timeline").begin_object();
    json_.key("start").string(format_utc(timeline.start));
    json_.key("step_seconds").number(timeline.step_seconds);
    series("total", timeline.total);
    series("uncertain", timeline.uncertain);
    series("dangerous", timeline.dangerous);
    json_.end_object();
  }

  void table(std::string_view name, const std::vector<scan::Row>& rows) {
    constexpr std::size_t kRows = 500;  // The page is a summary; jsonl has every event.
    json_.key(name).begin_array();
    for (std::size_t i = 0; i < std::min(rows.size(), kRows); ++i) {
      json_.begin_object();
      json_.key("name").string(rows[i].name);
      field("events", rows[i].events);
      field("dangerous", rows[i].dangerous);
      field("uncertain", rows[i].uncertain);
      field("cases", rows[i].cases);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_case(const Case& found) {
    const analyst::Story story = analyst::tell(found);
    json_.begin_object();
    json_.key("id").string(found.id);
    json_.key("verdict").string(to_string(found.verdict));
    field("risk", found.risk);
    json_.key("title").string(story.title);
    json_.key("actor").string(found.actor);
    json_.key("user").string(found.user);
    json_.key("account").string(found.account);
    names("regions", found.regions);
    names("services", found.services);
    names("source_ips", found.addresses);
    names("user_agents", found.agents);
    json_.key("first").string_or_null(time_text(found.first));
    json_.key("last").string_or_null(time_text(found.last));
    field("events", found.events);
    json_.key("tactics");
    texts(found.tactics);
    json_.key("techniques");
    texts(found.techniques);
    json_.key("story").begin_array().string(story.narrative);
    if (const analyst::Consulted* with = consulted(report_, found)) json_.string(told(*with));
    json_.end_array();
    json_.key("arithmetic").string(found.arithmetic);
    json_.key("findings").begin_array();
    for (const CaseFinding& each : found.findings) write_finding(each);
    json_.end_array();
    json_.key("timeline").begin_array();
    for (const triage::TimelineEntry& entry : found.timeline) write_event(entry);
    json_.end_array();
    field("timeline_omitted", found.omitted);
    json_.end_object();
  }

  void write_finding(const CaseFinding& each) {
    json_.begin_object();
    json_.key("id").string(each.finding.id);
    json_.key("title").string(each.finding.title);
    json_.key("level").string(to_string(each.finding.level));
    json_.key("attack");
    texts(each.finding.attack);
    json_.key("why").string(each.finding.why);
    field("count", each.events);
    json_.key("weight").number(static_cast<double>(each.weight) / 1e6);
    json_.key("first").string_or_null(time_text(each.first));
    json_.key("last").string_or_null(time_text(each.last));
    const auto rule = rules_.find(each.finding.id);
    const sigma::Prose prose = rule == rules_.end() ? sigma::Prose{} : rule->second->prose();
    json_.key("references");
    texts(prose.references);
    json_.key("false_positives");
    texts(prose.false_positives);
    json_.end_object();
  }

  void write_event(const triage::TimelineEntry& entry) {
    const triage::Sighting& event = entry.sighting;
    json_.begin_object();
    json_.key("event_id").string(event.event_id);
    json_.key("time").string_or_null(time_text(event.time));
    json_.key("event_source").string(event.source);
    json_.key("event_name").string(event.name);
    json_.key("region").string(event.region);
    json_.key("source_ip").string(event.source_ip);
    json_.key("user_agent").string(event.user_agent);
    json_.key("error_code").string_or_null(event.error_code);
    json_.key("verdict").string(to_string(entry.judgement.verdict));
    field("risk", entry.judgement.risk);
    json_.key("findings").begin_array();
    for (const triage::Finding& finding : entry.judgement.findings) json_.string(finding.id);
    json_.end_array();
    json_.key("raw").string(event.raw);
    json_.end_object();
  }

  const Report& report_;
  boost::unordered_flat_map<std::string, const sigma::Rule*> rules_;
  std::string out_;
  json::Writer json_;
};

}  // namespace

std::string page_json(const Report& report) { return PageJson(report).write(); }

std::string render_page(const Report& report) {
  const page::Page page = page::page_template();
  std::string out(page.head);
  page::write_embedded_json(page_json(report), out);
  out += page.tail;
  return out;
}

}  // namespace trailwarden::report
