// Reads what notice_json.cpp writes. A member that is missing or null has its default, so that
// lines of an older version are read; one of a wrong type is an error.
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <limits>

#include "cloudtrail/event.h"
#include "sink/notice.h"

namespace trailwarden::sink {
namespace {

namespace bj = boost::json;

tl::unexpected<Error> wrong(std::string_view name, std::string_view wanted) {
  return fail(ErrorCode::Decode,
              "a notice's " + std::string(name) + " is not " + std::string(wanted));
}

// Takes members out of one object; the first that is wrong is kept and ends the reading.
class Members {
 public:
  explicit Members(const bj::object& object) : object_(object) {}

  const bj::value* find(std::string_view name) const {
    const bj::value* value = object_.if_contains({name.data(), name.size()});
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  std::string text(std::string_view name) {
    const bj::value* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string()) return refuse(name, "a text"), std::string();
    return {value->get_string().data(), value->get_string().size()};
  }

  std::uint64_t number(std::string_view name,
                       std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
    const bj::value* value = find(name);
    if (value == nullptr) return 0;
    bj::error_code failed;
    const auto read = value->to_number<std::uint64_t>(failed);
    if (failed || read > most) return refuse(name, "a number that can be"), 0;
    return read;
  }

  bool boolean(std::string_view name) {
    const bj::value* value = find(name);
    if (value == nullptr) return false;
    if (!value->is_bool()) return refuse(name, "true or false"), false;
    return value->get_bool();
  }

  std::optional<UnixSeconds> time(std::string_view name) {
    if (find(name) == nullptr) return std::nullopt;
    const auto read = cloudtrail::parse_time(text(name));
    if (!read) refuse(name, "a time");
    return read;
  }

  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> list;
    each(name, [&](const bj::value& value) {
      if (!value.is_string()) return refuse(name, "a list of texts");
      list.emplace_back(value.get_string().data(), value.get_string().size());
    });
    return list;
  }

  template <class Take>
  void each(std::string_view name, Take take) {
    const bj::value* value = find(name);
    if (value == nullptr) return;
    if (!value->is_array()) return refuse(name, "a list");
    for (const bj::value& element : value->get_array()) take(element);
  }

  std::optional<triage::Verdict> verdict(std::string_view name) {
    if (find(name) == nullptr) return std::nullopt;
    const auto named = triage::verdict_named(text(name));
    if (!named) refuse(name, "a verdict");
    return named;
  }

  void refuse(std::string_view name, std::string_view wanted) {
    if (!error_) error_ = wrong(name, wanted).value();
  }
  const std::optional<Error>& error() const { return error_; }
  void adopt(const std::optional<Error>& error) {
    if (!error_) error_ = error;
  }

 private:
  const bj::object& object_;
  std::optional<Error> error_;
};

sigma::Level level_of(Members& from) {
  const std::string read = from.text("level");
  for (const auto level : {sigma::Level::Informational, sigma::Level::Low, sigma::Level::Medium,
                           sigma::Level::High, sigma::Level::Critical}) {
    if (read == sigma::to_string(level)) return level;
  }
  from.refuse("level", "a level");
  return sigma::Level::Medium;
}

NoticeFinding read_finding(Members& from) {
  NoticeFinding finding;
  finding.id = from.text("id");
  finding.title = from.text("title");
  finding.level = level_of(from);
  finding.attack = from.texts("attack");
  finding.why = from.text("why");
  finding.events = from.number("events");
  finding.event_id = from.text("event_id");
  return finding;
}

NoticeAction read_action(Members& from) {
  return {.source = from.text("source"),
          .name = from.text("name"),
          .events = from.number("events"),
          .failed = from.number("failed")};
}

NoticeOpinion read_opinion(Members& from) {
  NoticeOpinion opinion;
  opinion.verdict = from.verdict("verdict").value_or(triage::Verdict::Uncertain);
  opinion.explanation = from.text("explanation");
  opinion.next_steps = from.texts("next_steps");
  opinion.model = from.text("model");
  opinion.counted = from.boolean("counted");
  return opinion;
}

PagePoint read_point(Members& from) {
  return {.text = from.text("text"),
          .verdict = from.verdict("verdict").value_or(triage::Verdict::Safe),
          .event_ids = from.texts("event_ids")};
}

// The objects of a list, each read by `read`.
template <class Value>
std::vector<Value> objects(Members& from, std::string_view name, Value (*read)(Members&)) {
  std::vector<Value> list;
  from.each(name, [&](const bj::value& element) {
    if (!element.is_object()) return from.refuse(name, "a list of objects");
    Members members(element.get_object());
    list.push_back(read(members));
    from.adopt(members.error());
  });
  return list;
}

PageSection read_section(Members& from) {
  PageSection section;
  section.title = from.text("title");
  section.points = objects<PagePoint>(from, "points", read_point);
  return section;
}

NoticePage read_page(Members& from) {
  NoticePage page;
  page.sections = objects<PageSection>(from, "sections", read_section);
  page.left_out = from.number("left_out");
  page.url = from.text("url");
  return page;
}

// The object `name`, read by `read`; nothing where there is none.
template <class Value>
std::optional<Value> object(Members& from, std::string_view name, Value (*read)(Members&)) {
  const bj::value* value = from.find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) return from.refuse(name, "an object"), std::nullopt;
  Members members(value->get_object());
  Value result = read(members);
  from.adopt(members.error());
  return result;
}

void read_verdict(Members& from, Notice& notice) {
  if (from.number("schema") != 1) from.refuse("schema", "1");
  if (const auto kind = notice_kind(from.text("kind"))) {
    notice.kind = *kind;
  } else {
    from.refuse("kind", "one of the kinds");
  }
  notice.case_id = from.text("case");
  notice.revision = from.number("revision");
  if (const auto verdict = from.verdict("verdict")) {
    notice.verdict = *verdict;
  } else {
    from.refuse("verdict", "a verdict");
  }
  notice.before = from.verdict("before");
  notice.risk = static_cast<std::uint8_t>(from.number("risk", 100));
  notice.title = from.text("title");
  notice.narrative = from.text("narrative");
}

void read_case(Members& from, Notice& notice) {
  notice.actor = from.text("actor");
  notice.principal = from.text("principal");
  notice.user = from.text("user");
  notice.account = from.text("account");
  notice.regions = from.texts("regions");
  notice.addresses = from.texts("addresses");
  notice.agents = from.texts("agents");
  notice.services = from.texts("services");
  notice.first = from.time("first");
  notice.last = from.time("last");
  notice.events = from.number("events");
  notice.failed = from.number("failed");
  notice.tactics = from.texts("tactics");
  notice.techniques = from.texts("techniques");
  notice.findings = objects<NoticeFinding>(from, "findings", read_finding);
  notice.actions = objects<NoticeAction>(from, "actions", read_action);
  notice.event_id = from.text("event_id");
  notice.event_region = from.text("event_region");
  notice.dashboard_url = from.text("dashboard_url");
  notice.footer = from.text("footer");
}

}  // namespace

Result<Notice> notice_from_json(std::string_view text) {
  bj::error_code failed;
  const bj::value parsed = bj::parse({text.data(), text.size()}, failed);
  if (failed) return fail(ErrorCode::Decode, "a notice is no JSON: " + failed.message());
  if (!parsed.is_object()) return fail(ErrorCode::Decode, "a notice is no JSON object");
  Members from(parsed.get_object());
  Notice notice;
  read_verdict(from, notice);
  read_case(from, notice);
  notice.opinion = object<NoticeOpinion>(from, "opinion", read_opinion);
  notice.page = object<NoticePage>(from, "page", read_page);
  if (from.error()) return tl::unexpected(*from.error());
  return notice;
}

}  // namespace trailwarden::sink
