// What is read as a notice is written and read again as the same one, and whatever it holds, its
// Slack message keeps Slack's limits and has no mention and no link but ours.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sink/notice.h"
#include "sink/ocsf.h"
#include "sink/slack_message.h"
#include "sink/slack_text.h"
#include "sink/sns.h"

using trailwarden::sink::Notice;
namespace sink = trailwarden::sink;
namespace json = boost::json;

namespace {

void check(bool is_right) {
  if (!is_right) __builtin_trap();
}

bool is_ours(std::string_view link) {
  return link.starts_with("https://attack.mitre.org/techniques/T") ||
         link.starts_with("https://") || link.starts_with("http://");
}

// Every "<" begins a link to a web address, and ends before the next one.
void check_links(std::string_view text, bool may_link) {
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    check(may_link);
    const std::size_t end = text.find('>', at);
    check(end != std::string_view::npos);
    check(is_ours(text.substr(at + 1, end - at - 1)));
    check(text.substr(at + 1, end - at - 1).find('<') == std::string_view::npos);
  }
}

std::size_t check_text(const json::object& text, std::size_t most) {
  const std::string_view said(text.at("text").as_string());
  const std::size_t units = sink::slack_units(said);
  check(units > 0 && units <= most);
  check_links(said, text.at("type").as_string() == "mrkdwn");
  return units;
}

std::size_t check_block(const json::object& block) {
  std::size_t units = 0;
  if (const json::value* text = block.if_contains("text")) {
    units += check_text(text->as_object(), block.at("type").as_string() == "header" ? 150 : 3000);
  }
  for (const char* name : {"fields", "elements"}) {
    const json::value* list = block.if_contains(name);
    if (list == nullptr) continue;
    check(!list->as_array().empty() && list->as_array().size() <= 10);
    for (const json::value& each : list->as_array()) units += check_text(each.as_object(), 2000);
  }
  return units;
}

void check_message(const json::object& message) {
  check_links(std::string_view(message.at("text").as_string()), false);
  check(sink::slack_units(std::string_view(message.at("text").as_string())) <= 4000);
  const json::value* attachments = message.if_contains("attachments");
  if (attachments == nullptr) return;
  std::size_t units = 0;
  for (const json::value& block : message.at("blocks").as_array()) {
    units += check_block(block.as_object());
  }
  const json::array& inside = attachments->as_array().at(0).at("blocks").as_array();
  check(inside.size() <= 20);
  for (const json::value& block : inside) units += check_block(block.as_object());
  check(units <= 12'000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto notice = sink::notice_from_json({reinterpret_cast<const char*>(data), size});
  if (!notice) return 0;
  const std::string once = to_json(*notice);
  const auto back = sink::notice_from_json(once);
  check(back.has_value());
  check(to_json(*back) == once);
  for (const auto place : {sink::SlackPlace::Root, sink::SlackPlace::Thread}) {
    check_message(sink::slack_message(*notice, {.place = place, .may_repeat = true}));
    check_message(sink::slack_plain_message(*notice, {.place = place}));
  }
  check(sink::ocsf_finding(*notice, "k").find('\n') == std::string::npos);
  const auto published = sink::sns_message({.notice = *notice, .key = "k", .thread = ""}, "t.fifo");
  check(published.at("Subject").as_string().size() <= 100);
  return 0;
}
