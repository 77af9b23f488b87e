#include "analyst/answer.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <utility>

#include "base/ascii.h"
#include "model/json_read.h"

namespace trailwarden::analyst {
namespace {

namespace json = boost::json;
using model::array_in;
using model::member;
using model::text_in;
using triage::Verdict;

constexpr std::string_view kSchema = R"({
"type":"object","additionalProperties":false,
"required":["verdict","explanation","reasons","next_steps"],
"properties":{
"verdict":{"type":"string","enum":["dangerous","uncertain","safe"]},
"explanation":{"type":"string","description":"Two sentences: what was done, and why that is the verdict."},
"reasons":{"type":"array","description":"Up to four.","items":{"type":"object","additionalProperties":false,
"required":["text","events"],"properties":{"text":{"type":"string"},
"events":{"type":"array","items":{"type":"string"}}}}},
"next_steps":{"type":"array","description":"Up to three.","items":{"type":"string"}}}})";

// More text than this is no answer to our question.
constexpr std::size_t kTextMax = std::size_t{64} << 10;
constexpr std::size_t kReasonsMax = 8;
constexpr std::size_t kStepsMax = 6;
constexpr std::size_t kEventsMax = 32;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// As a model may write it.
std::optional<Verdict> verdict_meant(std::string_view text) {
  const std::string word = ascii_lower(trimmed(text));
  return word == "i am not sure" ? Verdict::Uncertain : triage::verdict_named(word);
}

std::vector<std::string> texts_in(const json::object& object, std::string_view name,
                                  std::size_t count_max) {
  std::vector<std::string> texts;
  const json::array* array = array_in(object, name);
  if (array == nullptr) return texts;
  for (const json::value& value : *array) {
    const json::string* text = value.if_string();
    if (text != nullptr && texts.size() < count_max) texts.emplace_back(text->data(), text->size());
  }
  return texts;
}

std::optional<Answer> read_object(const json::object& object) {
  const auto verdict = verdict_meant(text_in(object, "verdict"));
  const std::string explanation = text_in(object, "explanation");
  if (!verdict || trimmed(explanation).empty()) return std::nullopt;
  Answer answer;
  answer.verdict = *verdict;
  answer.explanation = explanation;
  if (const json::array* reasons = array_in(object, "reasons")) {
    for (const json::value& value : *reasons) {
      if (answer.reasons.size() == kReasonsMax) break;
      if (const json::object* reason = value.if_object()) {
        answer.reasons.push_back(
            {text_in(*reason, "text"), texts_in(*reason, "events", kEventsMax)});
      } else if (const json::string* text = value.if_string()) {
        answer.reasons.push_back({std::string(text->data(), text->size()), {}});
      }
    }
  }
  answer.next_steps = texts_in(object, "next_steps", kStepsMax);
  return answer;
}

std::optional<Answer> read_json(std::string_view text) {
  const auto value = model::parse_json(text);
  const json::object* object = value ? value->if_object() : nullptr;
  return object == nullptr ? std::nullopt : read_object(*object);
}

// The end of the JSON object that begins at `begin`, or npos.
std::size_t end_of_object(std::string_view text, std::size_t begin) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) return at + 1;
  }
  return text.npos;
}

Answer unread(std::string because) {
  Answer answer;
  answer.unread_because = std::move(because);
  return answer;
}

// Every object in the text that is an answer must have the same verdict: one that the model quotes
// from the evidence is not taken for its own.
std::optional<Answer> read_json_in(std::string_view text) {
  std::optional<Answer> found;
  for (std::size_t at = text.find('{'); at != text.npos; at = text.find('{', at)) {
    const std::size_t end = end_of_object(text, at);
    if (end == text.npos) break;
    auto answer = read_json(text.substr(at, end - at));
    if (answer && found && answer->verdict != found->verdict) {
      return unread("it holds answers that contradict each other");
    }
    if (answer) found = std::move(answer);
    at = end;
  }
  if (found) found->reading = Reading::Json;
  return found;
}

// A line without what Markdown puts around it: "**Type: Safe**" → "Type: Safe".
std::string_view without_marks(std::string_view line) {
  constexpr std::string_view kMarks = " \t\r*_#>`-";
  const std::size_t begin = line.find_first_not_of(kMarks);
  if (begin == line.npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r*_`.!") + 1 - begin);
}

// "Type: Dangerous", the form of the recipes that people come from.
std::optional<Verdict> type_line(std::string_view line) {
  line = without_marks(line);
  constexpr std::string_view kType = "type";
  if (!equal_ignoring_case(line.substr(0, kType.size()), kType)) return std::nullopt;
  line.remove_prefix(kType.size());
  const std::size_t colon = line.find(':');
  if (colon == line.npos || line.substr(0, colon).find_first_not_of(" *_") != line.npos) {
    return std::nullopt;
  }
  return verdict_meant(without_marks(line.substr(colon + 1)));
}

std::optional<Answer> read_plain(std::string_view text) {
  std::optional<Answer> found;
  std::string words;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto verdict = type_line(line);
    if (!verdict) {
      (words += line) += ' ';
      continue;
    }
    if (found && found->verdict != *verdict) {
      return unread("it holds answers that contradict each other");
    }
    found = Answer{};
    found->verdict = *verdict;
    found->reading = Reading::Plain;
  }
  if (found) found->explanation = trimmed(words);
  return found;
}

}  // namespace

std::string_view answer_schema() { return kSchema; }

Answer read_answer(const model::Reply& reply) {
  if (reply.stop == model::StopReason::Refused) return unread("the model refused to answer");
  if (reply.stop == model::StopReason::Length) return unread("the answer was cut off");
  if (reply.structured.size() > kTextMax || reply.text.size() > kTextMax) {
    return unread("the answer is too long to be one");
  }
  if (!reply.structured.empty()) {
    if (auto answer = read_json(reply.structured)) {
      answer->reading = Reading::Structured;
      return *std::move(answer);
    }
  }
  const std::string_view text = trimmed(reply.text);
  if (auto answer = read_json_in(text)) return *std::move(answer);
  if (auto answer = read_plain(text)) return *std::move(answer);
  return unread(text.empty() && reply.structured.empty() ? "the answer is empty"
                                                         : "the answer has no verdict");
}

}  // namespace trailwarden::analyst
