#include "sink/ocsf.h"

#include <algorithm>
#include <array>

#include "json/writer.h"

namespace trailwarden::sink {
namespace {

using triage::Verdict;

constexpr std::string_view kSchemaVersion = "1.8.0";
constexpr std::int64_t kClass = 2004;
constexpr std::int64_t kCategory = 2;
constexpr std::int64_t kAwsAccount = 10;  // account.type_id
constexpr std::int64_t kRule = 1;         // analytic.type_id
constexpr std::int64_t kActorRole = 2;    // resource.role_id
constexpr std::int64_t kUnknownUser = 0;  // user.type_id

std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

// A value of one of OCSF's enumerations, and its caption.
struct Caption {
  std::int64_t id;
  std::string_view text;
};

Caption activity_of(const Notice& notice) {
  if (notice.kind == NoticeKind::Test) return {99, "Test"};
  return notice.kind == NoticeKind::Opened ? Caption{1, "Create"} : Caption{2, "Update"};
}

Caption severity_of(const Notice& notice) {
  if (notice.kind == NoticeKind::Test || notice.verdict == Verdict::Safe) {
    return {1, "Informational"};
  }
  if (notice.verdict == Verdict::Uncertain) return {3, "Medium"};
  const bool is_critical =
      std::any_of(notice.findings.begin(), notice.findings.end(),
                  [](const NoticeFinding& each) { return each.level == sigma::Level::Critical; });
  return is_critical ? Caption{5, "Critical"} : Caption{4, "High"};
}

// The schema's five steps over our risk of 0 to 100.
Caption risk_level_of(std::uint8_t risk) {
  if (risk >= 90) return {4, "Critical"};
  if (risk >= triage::kDangerousFrom) return {3, "High"};
  if (risk >= triage::kUncertainFrom) return {2, "Medium"};
  return risk > 0 ? Caption{1, "Low"} : Caption{0, "Info"};
}

// What the sigma tags call it, MITRE's id and name.
struct Tactic {
  std::string_view tag, id, name;
};

constexpr std::array<Tactic, 14> kTactics = {{
    {"reconnaissance", "TA0043", "Reconnaissance"},
    {"resource-development", "TA0042", "Resource Development"},
    {"initial-access", "TA0001", "Initial Access"},
    {"execution", "TA0002", "Execution"},
    {"persistence", "TA0003", "Persistence"},
    {"privilege-escalation", "TA0004", "Privilege Escalation"},
    {"defense-evasion", "TA0005", "Defense Evasion"},
    {"credential-access", "TA0006", "Credential Access"},
    {"discovery", "TA0007", "Discovery"},
    {"lateral-movement", "TA0008", "Lateral Movement"},
    {"collection", "TA0009", "Collection"},
    {"command-and-control", "TA0011", "Command and Control"},
    {"exfiltration", "TA0010", "Exfiltration"},
    {"impact", "TA0040", "Impact"},
}};

void write_caption(json::Writer& json, std::string_view id_name, std::string_view name,
                   Caption caption) {
  json.key(id_name).number(caption.id);
  json.key(name).string(caption.text);
}

void write_text(json::Writer& json, std::string_view name, std::string_view value) {
  if (!value.empty()) json.key(name).string(value);
}

void write_time(json::Writer& json, std::string_view name, std::optional<UnixSeconds> time) {
  if (time) json.key(name).number(*time * 1000);
}

void write_metadata(json::Writer& json, const Notice& notice, std::string_view key) {
  json.key("metadata").begin_object();
  json.key("version").string(kSchemaVersion);
  json.key("uid").string(key);
  write_text(json, "correlation_uid", notice.case_id);
  json.key("profiles").begin_array().string("cloud").end_array();
  json.key("product").begin_object();
  json.key("name").string("Trailwarden");
  json.key("vendor_name").string("Trailwarden");
  json.end_object();
  json.end_object();
}

void write_cloud(json::Writer& json, const Notice& notice) {
  json.key("cloud").begin_object();
  json.key("provider").string("AWS");
  write_text(json, "region", notice.regions.empty() ? "" : notice.regions.front());
  if (!notice.account.empty()) {
    json.key("account").begin_object();
    json.key("uid").string(notice.account);
    json.key("name").string(notice.account);
    write_caption(json, "type_id", "type", {kAwsAccount, "AWS Account"});
    json.end_object();
  }
  json.end_object();
}

void write_analytic(json::Writer& json, const NoticeFinding& finding) {
  json.begin_object();
  json.key("uid").string(finding.id);
  json.key("name").string(finding.title);
  write_caption(json, "type_id", "type", {kRule, "Rule"});
  json.end_object();
}

void write_technique(json::Writer& json, const std::string& id) {
  const auto write_one = [&](std::string_view name, const std::string& uid) {
    json.key(name).begin_object();
    json.key("uid").string(uid);
    json.key("name").string(uid);
    json.end_object();
  };
  json.begin_object();
  write_one("technique", id.substr(0, id.find('.')));
  if (id.find('.') != std::string::npos) write_one("sub_technique", id);
  json.end_object();
}

void write_attacks(json::Writer& json, const Notice& notice) {
  if (notice.techniques.empty() && notice.tactics.empty()) return;
  json.key("attacks").begin_array();
  for (const std::string& id : notice.techniques) write_technique(json, id);
  for (const std::string& tag : notice.tactics) {
    const auto* known = std::find_if(kTactics.begin(), kTactics.end(),
                                     [&](const Tactic& tactic) { return tactic.tag == tag; });
    json.begin_object();
    json.key("tactic").begin_object();
    if (known != kTactics.end()) json.key("uid").string(known->id);
    json.key("name").string(known == kTactics.end() ? std::string_view(tag) : known->name);
    json.end_object();
    json.end_object();
  }
  json.end_array();
}

void write_finding_info(json::Writer& json, const Notice& notice) {
  json.key("finding_info").begin_object();
  json.key("uid").string(notice.case_id.empty() ? "test" : notice.case_id);
  json.key("title").string(notice.title);
  write_text(json, "desc", notice.narrative);
  json.key("types").begin_array().string("AWS account activity").end_array();
  json.key("data_sources").begin_array().string("AWS CloudTrail").end_array();
  write_time(json, "created_time", notice.first);
  write_time(json, "first_seen_time", notice.first);
  write_time(json, "last_seen_time", notice.last);
  write_time(json, "modified_time", notice.last);
  write_text(json, "src_url", notice.dashboard_url);
  if (!notice.findings.empty()) {
    json.key("analytic");
    write_analytic(json, notice.findings.front());
  }
  if (notice.findings.size() > 1) {
    json.key("related_analytics").begin_array();
    for (auto each = notice.findings.begin() + 1; each != notice.findings.end(); ++each) {
      write_analytic(json, *each);
    }
    json.end_array();
  }
  write_attacks(json, notice);
  json.end_object();
}

void write_actor(json::Writer& json, const Notice& notice) {
  if (notice.principal.empty() && notice.user.empty()) return;
  json.key("actor").begin_object();
  json.key("user").begin_object();
  write_text(json, "uid", notice.principal);
  write_text(json, "name", notice.user);
  write_caption(json, "type_id", "type", {kUnknownUser, "Unknown"});
  json.end_object();
  json.end_object();
}

// Each call with who made it and from where: every evidence artefact stands alone.
void write_evidence(json::Writer& json, const Notice& notice, const NoticeAction& action) {
  json.begin_object();
  json.key("api").begin_object();
  json.key("operation").string(action.name);
  if (!action.source.empty()) {
    json.key("service").begin_object();
    json.key("name").string(action.source);
    json.key("uid").string(action.source);
    json.end_object();
  }
  json.end_object();
  write_actor(json, notice);
  if (!notice.addresses.empty()) {
    json.key("src_endpoint").begin_object();
    // A service's name stands where an address is expected: it is no address.
    const std::string& from = notice.addresses.front();
    const bool is_name = from.find_first_of("ghijklmnopqrstuvwxyz") != std::string::npos;
    json.key(is_name ? "svc_name" : "ip").string(from);
    json.end_object();
  }
  json.key("data").begin_object();
  json.key("calls").number(number(action.events));
  json.key("failed").number(number(action.failed));
  json.end_object();
  json.end_object();
}

void write_evidences(json::Writer& json, const Notice& notice) {
  if (notice.actions.empty()) return;
  json.key("evidences").begin_array();
  for (const NoticeAction& action : notice.actions) write_evidence(json, notice, action);
  json.end_array();
}

void write_resources(json::Writer& json, const Notice& notice) {
  if (notice.principal.empty()) return;
  json.key("resources").begin_array().begin_object();
  json.key("uid").string(notice.principal);
  write_text(json, "name", notice.user);
  json.key("type").string("AWS principal");
  write_caption(json, "role_id", "role", {kActorRole, "Actor"});
  json.end_object().end_array();
}

void write_opinion(json::Writer& json, const NoticeOpinion& opinion) {
  json.key("opinion").begin_object();
  json.key("verdict").string(triage::to_string(opinion.verdict));
  json.key("explanation").string(opinion.explanation);
  json.key("model").string(opinion.model);
  json.key("counted").boolean(opinion.counted);
  json.key("next_steps").begin_array();
  for (const std::string& step : opinion.next_steps) json.string(step);
  json.end_array();
  json.end_object();
}

// What the schema has no place for.
void write_unmapped(json::Writer& json, const Notice& notice) {
  json.key("unmapped").begin_object();
  json.key("verdict").string(triage::to_string(notice.verdict));
  json.key("kind").string(to_string(notice.kind));
  json.key("revision").number(number(notice.revision));
  json.key("failed").number(number(notice.failed));
  write_text(json, "event_id", notice.event_id);
  write_text(json, "console_url", console_url(notice.event_id, notice.event_region));
  if (notice.opinion) write_opinion(json, *notice.opinion);
  json.end_object();
}

void write_class(json::Writer& json, const Notice& notice) {
  const Caption activity = activity_of(notice);
  write_caption(json, "activity_id", "activity_name", activity);
  write_caption(json, "category_uid", "category_name", {kCategory, "Findings"});
  write_caption(json, "class_uid", "class_name", {kClass, "Detection Finding"});
  json.key("type_uid").number(kClass * 100 + activity.id);
  json.key("type_name").string("Detection Finding: " + std::string(activity.text));
  write_caption(json, "severity_id", "severity", severity_of(notice));
  write_caption(json, "status_id", "status", {1, "New"});
}

}  // namespace

std::string ocsf_finding(const Notice& notice, std::string_view key) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  write_class(json, notice);
  json.key("time").number(notice.last.value_or(notice.first.value_or(0)) * 1000);
  write_time(json, "start_time", notice.first);
  write_time(json, "end_time", notice.last);
  json.key("is_alert").boolean(notice.verdict == Verdict::Dangerous);
  json.key("count").number(number(std::max<std::uint64_t>(1, notice.events)));
  write_text(json, "message", notice.title);
  write_caption(json, "risk_level_id", "risk_level", risk_level_of(notice.risk));
  json.key("risk_score").number(std::int64_t{notice.risk});
  write_metadata(json, notice, key);
  write_finding_info(json, notice);
  write_cloud(json, notice);
  write_evidences(json, notice);
  write_resources(json, notice);
  write_unmapped(json, notice);
  json.end_object();
  return out;
}

}  // namespace trailwarden::sink
