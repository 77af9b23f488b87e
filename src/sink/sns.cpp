#include "sink/sns.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "aws/operations.h"
#include "aws/scalar.h"
#include "aws/sigv4.h"
#include "base/code_point.h"
#include "sink/http_outcome.h"
#include "sink/notice_json.h"
#include "sink/notice_page.h"

namespace trailwarden::sink {
namespace {

namespace bj = boost::json;

constexpr std::size_t kSubjectMax = 100;
constexpr std::size_t kSmsMax = 140;
constexpr std::size_t kIdMax = 128;  // Of MessageGroupId and MessageDeduplicationId.

// ASCII without control characters, beginning with a letter, as SNS demands of a subject.
std::string subject_of(const Notice& notice, std::size_t most) {
  std::string text = notice.kind == NoticeKind::Test
                         ? "Trailwarden test: "
                         : "Trailwarden " + std::string(triage::to_string(notice.verdict)) + ": ";
  std::string_view rest = notice.title;
  while (!rest.empty()) {
    const CodePoint c = first_code_point(rest);
    const bool is_ascii = c.bytes == 1 && c.value >= 0x20 && c.value < 0x7F;
    const bool is_dash = c.bytes != 0 && (c.value == 0x2013 || c.value == 0x2014);
    text += is_ascii ? static_cast<char>(c.value) : is_dash ? '-' : '?';
    rest.remove_prefix(std::max<std::size_t>(1, c.bytes));
  }
  if (text.size() > most) text.replace(most - 3, std::string::npos, "...");
  return text;
}

void add_line(std::string& out, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  out.append(label).append(": ").append(value).append("\n");
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : ", ").append(part);
  return text;
}

std::string calls_of(const Notice& notice) {
  std::vector<std::string> parts;
  for (const NoticeAction& action : notice.actions) {
    std::string part = action.name;
    if (action.events > 1) part += " x " + std::to_string(action.events);
    if (action.failed > 0) part += " (" + std::to_string(action.failed) + " failed)";
    parts.push_back(std::move(part));
  }
  return joined(parts);
}

bj::object attribute(std::string_view value) {
  return {{"DataType", "String"}, {"StringValue", std::string(value)}};
}

// SNS refuses an attribute with an empty value.
bj::object attributes_of(const Dispatch& dispatch) {
  const Notice& notice = dispatch.notice;
  bj::object attributes;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty())
      attributes.emplace(bj::string_view(name.data(), name.size()), attribute(value));
  };
  add("verdict", triage::to_string(notice.verdict));
  add("kind", to_string(notice.kind));
  add("account", notice.account);
  add("case", notice.case_id);
  add("key", dispatch.key);
  return attributes;
}

// Group and de-duplication ids take ASCII letters, digits and punctuation.
std::string fifo_id(std::string_view text) {
  const bool good =
      !text.empty() && text.size() <= kIdMax &&
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  return good ? std::string(text) : aws::sha256_hex(text);
}

// People read words; queues, functions and HTTP endpoints get the JSON.
std::string bodies_of(const Notice& notice, std::string_view key) {
  return bj::serialize(bj::object{{"default", keyed_json(notice, key)},
                                  {"email", sns_text(notice)},
                                  {"sms", subject_of(notice, kSmsMax)}});
}

// Notices of cases are bounded far below; one that is not loses its lists, never its verdict.
Notice without_lists(const Notice& notice) {
  Notice less = notice;
  for (auto* list : {&less.regions, &less.addresses, &less.agents, &less.services, &less.tactics,
                     &less.techniques}) {
    list->clear();
  }
  less.findings.clear();
  less.actions.clear();
  less.opinion.reset();
  return less;
}

// The bodies of as much of the notice as SNS takes.
std::string bounded_bodies(const Notice& notice, std::string_view key) {
  std::string bodies = bodies_of(notice, key);
  if (bodies.size() <= kSnsMessageMax) return bodies;
  if (!notice.page) return bodies_of(without_lists(notice), key);
  Notice part = notice;
  part.page = fitted(*notice.page, [&](const NoticePage& page) {
    part.page = page;
    return bodies_of(part, key).size() <= kSnsMessageMax;
  });
  return bodies_of(part, key);
}

}  // namespace

std::string region_of_topic(std::string_view arn) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= arn.size();) {
    const std::size_t end = std::min(arn.find(':', begin), arn.size());
    parts.push_back(arn.substr(begin, end - begin));
    begin = end + 1;
  }
  const bool is_topic = parts.size() == 6 && parts[0] == "arn" && parts[2] == "sns" &&
                        !parts[3].empty() && parts[4].size() == 12 && !parts[5].empty();
  return is_topic ? std::string(parts[3]) : std::string();
}

std::string sns_text(const Notice& notice) {
  if (notice.page) return page_text(notice);
  std::string out = notice.title + "\n\n" + notice.narrative + "\n\n";
  if (notice.kind == NoticeKind::Test) return out;
  add_line(out, "Verdict",
           std::string(triage::to_string(notice.verdict)) + ", risk " +
               std::to_string(notice.risk) + " of 100");
  if (notice.before) add_line(out, "Before", triage::to_string(*notice.before));
  add_line(out, "Who", notice.principal.empty() ? notice.actor : notice.principal);
  add_line(out, "Did what", calls_of(notice));
  add_line(out, "From where", joined(notice.addresses));
  add_line(out, "With", joined(notice.agents));
  add_line(out, "Account", notice.account);
  add_line(out, "Regions", joined(notice.regions));
  if (notice.first) add_line(out, "First", format_utc(*notice.first));
  if (notice.last) add_line(out, "Last", format_utc(*notice.last));
  add_line(out, "ATT&CK", joined(notice.techniques));
  for (const NoticeFinding& finding : notice.findings) {
    out += "\n- " + std::string(sigma::to_string(finding.level)) + ": " + finding.title;
    if (!finding.why.empty()) out += "\n  " + finding.why;
  }
  if (!notice.findings.empty()) out += "\n";
  if (notice.opinion) {
    out += "\nModel's opinion (" + notice.opinion->model +
           "): " + std::string(triage::to_string(notice.opinion->verdict)) + "\n" +
           notice.opinion->explanation + "\n";
    for (const std::string& step : notice.opinion->next_steps) out += "- " + step + "\n";
  }
  out += "\n";
  add_line(out, "Case", notice.dashboard_url.empty() ? notice.case_id : notice.dashboard_url);
  add_line(out, "Event", console_url(notice.event_id, notice.event_region));
  if (!notice.footer.empty()) out += notice.footer + "\n";
  return out;
}

bj::object sns_message(const Dispatch& dispatch, std::string_view topic) {
  const Notice& notice = dispatch.notice;
  bj::object input = {{"TopicArn", std::string(topic)},
                      {"Message", bounded_bodies(notice, dispatch.key)},
                      {"MessageStructure", "json"},
                      {"Subject", subject_of(notice, kSubjectMax)},
                      {"MessageAttributes", attributes_of(dispatch)}};
  if (topic.ends_with(".fifo")) {
    input["MessageGroupId"] = fifo_id(notice.case_id.empty() ? "test" : notice.case_id);
    input["MessageDeduplicationId"] = fifo_id(dispatch.key);
  }
  return input;
}

SnsSink::SnsSink(std::string topic, aws::Session session, std::vector<Route> routes)
    : topic_(std::move(topic)),
      name_("sns:" + topic_),
      routes_(std::move(routes)),
      client_(std::move(session), aws::kSns, region_of_topic(topic_)) {}

Outcome SnsSink::send(const Dispatch& dispatch, const std::stop_token& stop) {
  aws::CallOptions options;
  options.limits = receiver_limits();
  const auto answer = client_.call(aws::kPublish, sns_message(dispatch, topic_), stop, options);
  if (answer) {
    const bj::value* id = answer->if_contains("MessageId");
    return Sent{id != nullptr && id->is_string() ? std::string(aws::view(id->get_string()))
                                                 : std::string()};
  }
  const aws::Failure& failure = answer.error();
  const std::string reason = aws::to_string(failure);
  switch (failure.kind) {
    case aws::Failure::Kind::Refused:
      return Refused{reason};
    case aws::Failure::Kind::Exhausted:
    case aws::Failure::Kind::Credentials:
      return Postponed{reason, std::nullopt};
    case aws::Failure::Kind::Unreachable:
    case aws::Failure::Kind::Unreadable:
    case aws::Failure::Kind::Cancelled:
      break;
  }
  return InDoubt{reason};
}

}  // namespace trailwarden::sink
