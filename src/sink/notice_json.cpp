// The contract of docs/SINKS.md, "The notice": members are only ever added.
#include "sink/notice_json.h"

#include <cstdint>

#include "json/writer.h"
#include "sink/notice.h"

namespace trailwarden::sink {
namespace {

constexpr std::int64_t kSchema = 1;

std::int64_t number(std::uint64_t value) {
  return value > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(value);
}

void write_list(json::Writer& json, std::string_view name, const std::vector<std::string>& list) {
  json.key(name).begin_array();
  for (const std::string& text : list) json.string(text);
  json.end_array();
}

void write_time(json::Writer& json, std::string_view name, std::optional<UnixSeconds> time) {
  json.key(name).string_or_null(time ? format_utc(*time) : "");
}

void write_finding(json::Writer& json, const NoticeFinding& finding) {
  json.begin_object();
  json.key("id").string(finding.id);
  json.key("title").string(finding.title);
  json.key("level").string(sigma::to_string(finding.level));
  write_list(json, "attack", finding.attack);
  json.key("why").string(finding.why);
  json.key("events").number(number(finding.events));
  json.key("event_id").string_or_null(finding.event_id);
  json.end_object();
}

void write_action(json::Writer& json, const NoticeAction& action) {
  json.begin_object();
  json.key("source").string(action.source);
  json.key("name").string(action.name);
  json.key("events").number(number(action.events));
  json.key("failed").number(number(action.failed));
  json.end_object();
}

void write_opinion(json::Writer& json, const std::optional<NoticeOpinion>& opinion) {
  json.key("opinion");
  if (!opinion) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("verdict").string(triage::to_string(opinion->verdict));
  json.key("explanation").string(opinion->explanation);
  write_list(json, "next_steps", opinion->next_steps);
  json.key("model").string(opinion->model);
  json.key("counted").boolean(opinion->counted);
  json.end_object();
}

void write_point(json::Writer& json, const PagePoint& point) {
  json.begin_object();
  json.key("text").string(point.text);
  json.key("verdict").string(triage::to_string(point.verdict));
  write_list(json, "event_ids", point.event_ids);
  json.end_object();
}

// Only digests have the member.
void write_page(json::Writer& json, const NoticePage& page) {
  json.key("page").begin_object();
  json.key("sections").begin_array();
  for (const PageSection& section : page.sections) {
    json.begin_object();
    json.key("title").string(section.title);
    json.key("points").begin_array();
    for (const PagePoint& point : section.points) write_point(json, point);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.key("left_out").number(number(page.left_out));
  json.key("url").string_or_null(page.url);
  json.end_object();
}

void write_verdict(json::Writer& json, const Notice& notice) {
  json.key("schema").number(kSchema);
  json.key("kind").string(to_string(notice.kind));
  json.key("case").string(notice.case_id);
  json.key("revision").number(number(notice.revision));
  json.key("verdict").string(triage::to_string(notice.verdict));
  json.key("before").string_or_null(notice.before ? triage::to_string(*notice.before) : "");
  json.key("risk").number(std::int64_t{notice.risk});
  json.key("title").string(notice.title);
  json.key("narrative").string(notice.narrative);
}

void write_who_and_where(json::Writer& json, const Notice& notice) {
  json.key("actor").string_or_null(notice.actor);
  json.key("principal").string_or_null(notice.principal);
  json.key("user").string_or_null(notice.user);
  json.key("account").string_or_null(notice.account);
  write_list(json, "regions", notice.regions);
  write_list(json, "addresses", notice.addresses);
  write_list(json, "agents", notice.agents);
  write_list(json, "services", notice.services);
  write_time(json, "first", notice.first);
  write_time(json, "last", notice.last);
  json.key("events").number(number(notice.events));
  json.key("failed").number(number(notice.failed));
}

void write_evidence(json::Writer& json, const Notice& notice) {
  write_list(json, "tactics", notice.tactics);
  write_list(json, "techniques", notice.techniques);
  json.key("findings").begin_array();
  for (const NoticeFinding& finding : notice.findings) write_finding(json, finding);
  json.end_array();
  json.key("actions").begin_array();
  for (const NoticeAction& action : notice.actions) write_action(json, action);
  json.end_array();
  json.key("event_id").string_or_null(notice.event_id);
  json.key("event_region").string_or_null(notice.event_region);
}

void write(json::Writer& json, const Notice& notice) {
  write_verdict(json, notice);
  write_who_and_where(json, notice);
  write_evidence(json, notice);
  write_opinion(json, notice.opinion);
  json.key("console_url").string_or_null(console_url(notice.event_id, notice.event_region));
  json.key("dashboard_url").string_or_null(notice.dashboard_url);
  json.key("footer").string_or_null(notice.footer);
  if (notice.page) write_page(json, *notice.page);
}

}  // namespace

std::string to_json(const Notice& notice) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  write(json, notice);
  json.end_object();
  return out;
}

std::string keyed_json(const Notice& notice, std::string_view key) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("key").string(key);
  write(json, notice);
  json.end_object();
  return out;
}

}  // namespace trailwarden::sink
