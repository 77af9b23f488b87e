#include "analyst/opinion.h"

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>
#include <utility>

#include "json/writer.h"
#include "model/json_read.h"

namespace trailwarden::analyst {
namespace {

using model::array_in;
using model::count_in;
using model::object_in;
using model::text_in;
using triage::Verdict;

constexpr auto kReadings =
    std::to_array({Reading::Structured, Reading::Json, Reading::Plain, Reading::Unread});
constexpr auto kVerdicts = std::to_array({Verdict::Safe, Verdict::Uncertain, Verdict::Dangerous});

template <class Values>
auto named(const Values& values, std::string_view name)
    -> std::optional<typename Values::value_type> {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](auto value) { return to_string(value) == name; });
  if (found == values.end()) return std::nullopt;
  return *found;
}

std::vector<std::string> texts_in(const boost::json::object& object, std::string_view name) {
  std::vector<std::string> texts;
  if (const auto* array = array_in(object, name)) {
    for (const auto& value : *array) {
      if (const auto* text = value.if_string()) texts.emplace_back(text->data(), text->size());
    }
  }
  return texts;
}

void write_usage(const model::Usage& usage, json::Writer& json) {
  json.begin_object();
  json.key("input").number(static_cast<std::int64_t>(usage.input));
  json.key("output").number(static_cast<std::int64_t>(usage.output));
  json.key("cache_read").number(static_cast<std::int64_t>(usage.cache_read));
  json.key("cache_write").number(static_cast<std::int64_t>(usage.cache_write));
  json.end_object();
}

}  // namespace

std::string_view to_string(Reading reading) {
  switch (reading) {
    case Reading::Structured:
      return "structured";
    case Reading::Json:
      return "json";
    case Reading::Plain:
      return "plain";
    case Reading::Unread:
      return "unread";
  }
  return {};
}

std::string to_json(const Opinion& opinion) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("schema").number(std::int64_t{1});
  json.key("verdict").string(to_string(opinion.verdict));
  json.key("explanation").string(opinion.explanation);
  json.key("reasons").begin_array();
  for (const Reason& reason : opinion.reasons) {
    json.begin_object();
    json.key("text").string(reason.text);
    json.key("event_ids").begin_array();
    for (const std::string& id : reason.event_ids) json.string(id);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.key("next_steps").begin_array();
  for (const std::string& step : opinion.next_steps) json.string(step);
  json.end_array();
  json.key("unknown_citations").number(static_cast<std::int64_t>(opinion.unknown_citations));
  json.key("reading").string(to_string(opinion.reading));
  json.key("unread_because").string_or_null(opinion.unread_because);
  json.key("reused").boolean(opinion.reused);
  json.key("service").string(opinion.service);
  json.key("model").string(opinion.model);
  json.key("prompt").string(opinion.prompt_hash);
  json.key("request_id").string_or_null(opinion.request_id);
  json.key("tokens");
  write_usage(opinion.usage, json);
  json.key("nano_dollars");
  if (opinion.cost) {
    json.number(opinion.cost->nanos);
  } else {
    json.null();
  }
  json.end_object();
  return out;
}

Result<Opinion> opinion_from_json(std::string_view text) {
  const auto value = model::parse_json(text);
  const auto* from = value ? value->if_object() : nullptr;
  if (from == nullptr || count_in(*from, "schema") != 1) {
    return fail(ErrorCode::Decode, "no opinion of schema 1");
  }
  const auto verdict = named(kVerdicts, text_in(*from, "verdict"));
  const auto reading = named(kReadings, text_in(*from, "reading"));
  if (!verdict || !reading) return fail(ErrorCode::Decode, "an opinion without a verdict");
  Opinion opinion;
  opinion.verdict = *verdict;
  opinion.reading = *reading;
  opinion.explanation = text_in(*from, "explanation");
  if (const auto* reasons = array_in(*from, "reasons")) {
    for (const auto& each : *reasons) {
      const auto* reason = each.if_object();
      if (reason == nullptr) continue;
      opinion.reasons.push_back({text_in(*reason, "text"), texts_in(*reason, "event_ids")});
    }
  }
  opinion.next_steps = texts_in(*from, "next_steps");
  opinion.unknown_citations = count_in(*from, "unknown_citations");
  opinion.unread_because = text_in(*from, "unread_because");
  const auto* reused = model::member(*from, "reused");
  opinion.reused = reused != nullptr && reused->is_bool() && reused->get_bool();
  opinion.service = text_in(*from, "service");
  opinion.model = text_in(*from, "model");
  opinion.prompt_hash = text_in(*from, "prompt");
  opinion.request_id = text_in(*from, "request_id");
  if (const auto* tokens = object_in(*from, "tokens")) {
    opinion.usage = {count_in(*tokens, "input"), count_in(*tokens, "output"),
                     count_in(*tokens, "cache_read"), count_in(*tokens, "cache_write")};
  }
  const auto* cost = model::member(*from, "nano_dollars");
  if (cost != nullptr && cost->is_int64()) opinion.cost = model::Usd{cost->get_int64()};
  return opinion;
}

Verdict settle(Verdict local, const Opinion& opinion, Injection injection) {
  if (local != Verdict::Uncertain || opinion.reading == Reading::Unread) return local;
  const bool is_lower = opinion.verdict < local;
  if (is_lower && (injection == Injection::Suspected || opinion.unknown_citations != 0)) {
    return local;
  }
  return opinion.verdict;
}

}  // namespace trailwarden::analyst
