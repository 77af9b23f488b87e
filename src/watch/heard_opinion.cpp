#include "watch/heard_opinion.h"

#include <algorithm>
#include <boost/json.hpp>

#include "json/writer.h"

namespace trailwarden::watch {
namespace {

namespace bj = boost::json;

}  // namespace

std::vector<std::string> rules_of(const triage::Case& found) {
  std::vector<std::string> rules;
  for (const triage::CaseFinding& finding : found.findings) rules.push_back(finding.finding.id);
  std::sort(rules.begin(), rules.end());
  return rules;
}

std::string to_json(const HeardOpinion& heard) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("verdict").string(to_string(heard.verdict));
  json.key("rules").begin_array();
  for (const std::string& rule : heard.rules) json.string(rule);
  json.end_array();
  json.key("opinion").string(analyst::to_json(heard.opinion));
  json.end_object();
  return out;
}

Result<HeardOpinion> heard_opinion_from_json(std::string_view text) {
  const auto damaged = [] { return fail(ErrorCode::Decode, "a stored opinion cannot be read"); };
  boost::system::error_code error;
  const bj::value document = bj::parse({text.data(), text.size()}, error);
  const bj::object* object = error ? nullptr : document.if_object();
  if (object == nullptr) return damaged();
  const bj::value* verdict = object->if_contains("verdict");
  const bj::value* rules = object->if_contains("rules");
  const bj::value* opinion = object->if_contains("opinion");
  if (verdict == nullptr || !verdict->is_string() || rules == nullptr || !rules->is_array() ||
      opinion == nullptr || !opinion->is_string()) {
    return damaged();
  }
  HeardOpinion heard;
  const auto named = triage::verdict_named(std::string_view(verdict->get_string()));
  if (!named) return damaged();
  heard.verdict = *named;
  for (const bj::value& rule : rules->get_array()) {
    if (rule.is_string()) heard.rules.emplace_back(rule.get_string());
  }
  heard.opinion = TW_TRY(analyst::opinion_from_json(std::string_view(opinion->get_string())));
  return heard;
}

sink::NoticeOpinion shown_opinion(const HeardOpinion& heard, bool counted) {
  return {.verdict = heard.opinion.verdict,
          .explanation = heard.opinion.explanation,
          .next_steps = heard.opinion.next_steps,
          .model = heard.opinion.model,
          .counted = counted};
}

}  // namespace trailwarden::watch
