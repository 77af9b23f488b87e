#include "watch/sighting_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <numeric>

#include "json/writer.h"

namespace trailwarden::watch {
namespace {

namespace bj = boost::json;
using triage::Sighting;

struct TextMember {
  std::string_view name;
  std::string Sighting::*text;
};

constexpr TextMember kTexts[] = {
    {"actor", &Sighting::actor},           {"event_id", &Sighting::event_id},
    {"source", &Sighting::source},         {"name", &Sighting::name},
    {"region", &Sighting::region},         {"source_ip", &Sighting::source_ip},
    {"user_agent", &Sighting::user_agent}, {"error_code", &Sighting::error_code},
    {"principal", &Sighting::principal},   {"user", &Sighting::user},
    {"account", &Sighting::account},       {"user_type", &Sighting::user_type},
    {"target", &Sighting::target},
};

std::string text_of(const bj::object& object, std::string_view name) {
  const bj::value* value = object.if_contains(name);
  const bj::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

bool flag_of(const bj::object& object, std::string_view name) {
  const bj::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

void read_hits(const bj::object& object, const RuleNumbers& rules, Sighting& sighting) {
  const bj::value* hits = object.if_contains("hits");
  if (hits == nullptr || !hits->is_array()) return;
  for (const bj::value& value : hits->get_array()) {
    const bj::object* hit = value.if_object();
    if (hit == nullptr) continue;
    const auto number = rules.find(text_of(*hit, "rule"));
    if (!number) continue;
    sighting.hits.push_back({*number, flag_of(*hit, "about_failure"), text_of(*hit, "why")});
  }
}

}  // namespace

RuleNumbers::RuleNumbers(const sigma::RuleSet& rules) : rules_(rules), by_id_(rules.rules.size()) {
  std::iota(by_id_.begin(), by_id_.end(), 0U);
  std::ranges::sort(by_id_, {}, std::bind_front(&RuleNumbers::id_of, this));
}

std::optional<std::uint32_t> RuleNumbers::find(std::string_view id) const {
  const auto found =
      std::ranges::lower_bound(by_id_, id, {}, std::bind_front(&RuleNumbers::id_of, this));
  if (found == by_id_.end() || id_of(*found) != id) return std::nullopt;
  return *found;
}

std::string to_json(const Sighting& sighting, const RuleNumbers& rules) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  for (const TextMember& member : kTexts) json.key(member.name).string(sighting.*member.text);
  json.key("time");
  sighting.time ? json.number(*sighting.time) : json.null();
  json.key("failed").boolean(sighting.failed);
  json.key("is_service").boolean(sighting.is_service);
  json.key("hits").begin_array();
  for (const triage::Hit& hit : sighting.hits) {
    json.begin_object();
    json.key("rule").string(rules.rule(hit.rule).id);
    json.key("about_failure").boolean(hit.about_failure);
    json.key("why").string(hit.why);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return out;
}

Result<Sighting> sighting_from_json(std::string_view text, const RuleNumbers& rules) {
  boost::system::error_code error;
  const bj::value document = bj::parse({text.data(), text.size()}, error);
  const bj::object* object = error ? nullptr : document.if_object();
  if (object == nullptr) return fail(ErrorCode::Decode, "a stored event is no JSON object");
  Sighting sighting;
  for (const TextMember& member : kTexts) sighting.*member.text = text_of(*object, member.name);
  if (const bj::value* time = object->if_contains("time"); time != nullptr && time->is_int64()) {
    sighting.time = time->get_int64();
  }
  sighting.failed = flag_of(*object, "failed");
  sighting.is_service = flag_of(*object, "is_service");
  read_hits(*object, rules, sighting);
  return sighting;
}

}  // namespace trailwarden::watch
