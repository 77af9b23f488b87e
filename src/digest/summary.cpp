#include "digest/summary.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <optional>

#include "digest/labels.h"
#include "json/writer.h"
#include "model/json_read.h"

namespace trailwarden::digest {
namespace {

namespace json = boost::json;

constexpr std::size_t kAnswerMax = std::size_t{64} << 10;
constexpr std::size_t kPointsMax = 8;
constexpr std::size_t kEventsMax = 12;
constexpr std::size_t kTextMax = 300;
constexpr Topic kAll[] = {Topic::Matters, Topic::Actors, Topic::Routine, Topic::Todo};

// The numbers that "e3" or "e3-e7" means.
std::vector<std::size_t> numbers_in(std::string_view citation) {
  const std::size_t dash = citation.find('-');
  const auto first = number_in(citation.substr(0, dash));
  if (!first) return {};
  const auto last = dash == citation.npos ? first : number_in(citation.substr(dash + 1));
  std::vector<std::size_t> numbers;
  if (!last) return numbers;
  for (std::size_t at = *first; at <= *last && numbers.size() < kEventsMax; ++at) {
    numbers.push_back(at);
  }
  return numbers;
}

class Reading {
 public:
  Reading(const std::set<std::size_t>& known, const analyst::IsKnown& is_name)
      : known_(known), is_name_(is_name) {}

  // Nothing: the object is no answer.
  std::optional<Summary> read(const json::object& object) {
    bool is_answer = false;
    for (const Topic topic : kAll) {
      const json::array* points = model::array_in(object, key_of(topic));
      if (points == nullptr) continue;
      is_answer = true;
      for (const json::value& value : *points) add(value, summary_.of(topic));
    }
    if (!is_answer) return std::nullopt;
    return std::move(summary_);
  }

 private:
  void add(const json::value& value, std::vector<Point>& points) {
    if (points.size() == kPointsMax) return;
    Point point;
    if (const json::string* text = value.if_string()) {
      point.text = analyst::cleaned({text->data(), text->size()}, kTextMax, is_name_);
    } else if (const json::object* object = value.if_object()) {
      point.text = analyst::cleaned(model::text_in(*object, "text"), kTextMax, is_name_);
      if (const json::array* events = model::array_in(*object, "events")) cite(*events, point);
    }
    if (!point.text.empty()) points.push_back(std::move(point));
  }

  void cite(const json::array& events, Point& point) {
    for (const json::value& event : events) {
      const json::string* citation = event.if_string();
      const auto numbers = citation == nullptr ? std::vector<std::size_t>()
                                               : numbers_in({citation->data(), citation->size()});
      if (numbers.empty()) ++summary_.unknown_citations;
      for (const std::size_t number : numbers) {
        if (!known_.contains(number)) {
          ++summary_.unknown_citations;
        } else if (point.events.size() < kEventsMax &&
                   std::find(point.events.begin(), point.events.end(), number) ==
                       point.events.end()) {
          point.events.push_back(number);
        }
      }
    }
  }

  const std::set<std::size_t>& known_;
  const analyst::IsKnown& is_name_;
  Summary summary_;
};

std::optional<Summary> read_text(std::string_view text, const std::set<std::size_t>& known,
                                 const analyst::IsKnown& is_name) {
  const auto value = model::parse_json(text);
  const json::object* object = value ? value->if_object() : nullptr;
  return object == nullptr ? std::nullopt : Reading(known, is_name).read(*object);
}

Summary unread(std::string because) {
  Summary summary;
  summary.unread_because = std::move(because);
  return summary;
}

}  // namespace

std::string_view key_of(Topic topic) {
  switch (topic) {
    case Topic::Matters:
      return "matters";
    case Topic::Actors:
      return "actors";
    case Topic::Routine:
      return "routine";
    case Topic::Todo:
      return "todo";
  }
  return "";
}

Summary read_summary(const model::Reply& reply, const std::set<std::size_t>& known,
                     const analyst::IsKnown& is_name) {
  if (reply.stop == model::StopReason::Refused) return unread("the model refused to answer");
  if (reply.text.size() > kAnswerMax || reply.structured.size() > kAnswerMax) {
    return unread("the answer is too long to be one");
  }
  if (auto summary = read_text(reply.structured, known, is_name)) return *std::move(summary);
  // Among words, or in a code fence: from the first brace to the last.
  const std::size_t begin = reply.text.find('{');
  const std::size_t end = reply.text.rfind('}');
  if (begin != reply.text.npos && end != reply.text.npos && begin < end) {
    const auto text = std::string_view(reply.text).substr(begin, end - begin + 1);
    if (auto summary = read_text(text, known, is_name)) return *std::move(summary);
  }
  return unread(reply.stop == model::StopReason::Length ? "the answer was cut off"
                                                        : "the answer is no summary");
}

std::string to_json(const Summary& summary) {
  std::string text;
  trailwarden::json::Writer json(text);
  json.begin_object();
  for (const Topic topic : kAll) {
    json.key(key_of(topic)).begin_array();
    for (const Point& point : summary.of(topic)) {
      json.begin_object();
      json.key("text").string(point.text);
      json.key("events").begin_array();
      for (const std::size_t number : point.events) json.string(label_of(number));
      json.end_array().end_object();
    }
    json.end_array();
  }
  json.end_object();
  return text;
}

}  // namespace trailwarden::digest
