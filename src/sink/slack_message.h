// A notice as Slack shows it: a header, and under a bar in the verdict's colour what a person on
// call needs. docs/SINKS.md has pictures. Source of fact: docs.slack.dev, "Block Kit", "Secondary
// message attachments"; limits in slack_message.cpp.
#pragma once

#include <boost/json/object.hpp>

#include "sink/notice.h"

namespace trailwarden::sink {

// Where a message of a notice stands.
enum class SlackPlace : std::uint8_t {
  Root,    // The case's own message: everything about it, as it stands.
  Thread,  // Below it: only what is new.
};

struct SlackForm {
  SlackPlace place = SlackPlace::Root;
  // An earlier attempt may stand there as well: says so in the footer.
  bool may_repeat = false;
};

// "text", "blocks" and "attachments": what chat.postMessage, chat.update and incoming webhooks take
// alike, with everything that could be parsed turned off.
boost::json::object slack_message(const Notice& notice, SlackForm form);

// The same without any block, for where Slack does not take them.
boost::json::object slack_plain_message(const Notice& notice, SlackForm form);

}  // namespace trailwarden::sink
