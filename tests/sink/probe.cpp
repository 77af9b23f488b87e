// Sends notices to sinks, for tests in Python. The arguments are what `--sink` takes, the
// environment is the user's; lines of JSON come in, and one goes out for each:
//
//   {"sink": 0, "notice": {…}, "key": "k1", "thread": "", "attempt": 1, "in_doubt": false,
//    "first_tried": 1767225600}
//   {"name": "slack:C1", "wanted": true, "outcome": "sent", "reference": "C1:1.2", "took_us": 812}
//
// A notice that is not wanted is not sent. `sink_probe --render` prints Slack's message of each
// notice instead ({"notice": {…}, "place": "root"|"thread"|"plain"}), `--ocsf` its OCSF event.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include "aws/default_chain.h"
#include "aws/sts.h"
#include "sink/ocsf.h"
#include "sink/sink_spec.h"
#include "sink/slack_message.h"

namespace trailwarden::sink {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

void sleep_for(milliseconds span, const std::stop_token& /*stop*/) {
  std::this_thread::sleep_for(span * std::stod(environment("PROBE_SLEEP_SCALE").value_or("1")));
}

Result<aws::Session> open_session() {
  aws::Session session;
  auto settings = TW_TRY(aws::load_settings(environment, {}));
  session.settings = std::make_shared<const aws::Settings>(std::move(settings));
  session.http = std::make_shared<net::Client>();
  session.sleep = sleep_for;
  session.random = [] { return 0.5; };
  session.credentials = TW_TRY(aws::default_chain({.settings = session.settings,
                                                   .http = session.http,
                                                   .direct = session.http,
                                                   .sts = aws::make_sts_calls(session),
                                                   .sleep = session.sleep}));
  return session;
}

std::string text(const json::object& line, const char* name) {
  const json::value* value = line.if_contains(name);
  return value == nullptr ? "" : std::string(value->get_string());
}

template <class Number>
Number number(const json::object& line, const char* name, Number otherwise) {
  const json::value* value = line.if_contains(name);
  return value == nullptr ? otherwise : value->to_number<Number>();
}

json::object as_json(const Outcome& outcome) {
  if (const auto* sent = std::get_if<Sent>(&outcome)) {
    return {{"outcome", "sent"}, {"reference", sent->reference}};
  }
  if (const auto* postponed = std::get_if<Postponed>(&outcome)) {
    json::object result = {{"outcome", "postponed"}, {"reason", postponed->reason}};
    if (postponed->after) result["after_ms"] = postponed->after->count();
    return result;
  }
  if (const auto* doubt = std::get_if<InDoubt>(&outcome)) {
    return {{"outcome", "in_doubt"}, {"reason", doubt->reason}};
  }
  return {{"outcome", "refused"}, {"reason", std::get<Refused>(outcome).reason}};
}

json::object answer(const std::vector<std::unique_ptr<Sink>>& sinks, const json::object& line) {
  const auto notice = notice_from_json(json::serialize(line.at("notice")));
  if (!notice) return {{"error", to_string(notice.error())}};
  Sink& sink = *sinks.at(number<std::size_t>(line, "sink", 0));
  json::object result = {{"name", sink.name()}, {"wanted", sink.wants(*notice)}};
  if (!sink.wants(*notice)) return result;
  const std::string key = text(line, "key"), thread = text(line, "thread");
  const json::value* doubt = line.if_contains("in_doubt");
  const auto begin = std::chrono::steady_clock::now();
  const Outcome outcome = sink.send({.notice = *notice,
                                     .key = key,
                                     .thread = thread,
                                     .attempt = number<std::uint32_t>(line, "attempt", 1),
                                     .in_doubt = doubt != nullptr && doubt->as_bool(),
                                     .first_tried = number<std::int64_t>(line, "first_tried", 0)},
                                    {});
  const auto took = std::chrono::steady_clock::now() - begin;
  result["took_us"] = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  for (const auto& [name, value] : as_json(outcome)) result.insert_or_assign(name, value);
  return result;
}

json::value rendered(const json::object& line) {
  const auto notice = notice_from_json(json::serialize(line.at("notice")));
  if (!notice) return {{"error", to_string(notice.error())}};
  const std::string place = text(line, "place");
  if (place == "plain") return slack_plain_message(*notice, {});
  return slack_message(*notice,
                       {.place = place == "thread" ? SlackPlace::Thread : SlackPlace::Root});
}

template <class Answer>
int answer_lines(Answer answer_line) {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer_line(json::parse(line).as_object()) << std::endl;
  }
  return 0;
}

int run(const std::vector<std::string>& specs) {
  const Means means{.http = std::make_shared<net::Client>(),
                    .environment = environment,
                    .aws = open_session,
                    .sleep = sleep_for};
  const auto sinks = make_sinks(specs, means);
  if (!sinks) {
    std::cerr << to_string(sinks.error()) << '\n';
    return 2;
  }
  return answer_lines(
      [&](const json::object& line) { return json::serialize(answer(*sinks, line)); });
}

}  // namespace
}  // namespace trailwarden::sink

int main(int count, char** arguments) {
  namespace sink = trailwarden::sink;
  const std::vector<std::string> specs(arguments + 1, arguments + count);
  if (specs == std::vector<std::string>{"--render"}) {
    return sink::answer_lines([](const boost::json::object& line) {
      return boost::json::serialize(sink::rendered(line));
    });
  }
  if (specs == std::vector<std::string>{"--ocsf"}) {
    return sink::answer_lines([](const boost::json::object& line) {
      const auto notice = sink::notice_from_json(boost::json::serialize(line.at("notice")));
      return notice ? sink::ocsf_finding(*notice, "key") : to_string(notice.error());
    });
  }
  return sink::run(specs);
}
