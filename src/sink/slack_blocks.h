// What our messages to Slack are built of: Block Kit objects with all parsing turned off, and how a
// verdict looks.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "triage/verdict.h"

namespace trailwarden::sink {

struct Look {
  std::string_view colour, mark, word;  // "#c41616", "🔴", "Dangerous"
};
Look look_of(triage::Verdict verdict);

boost::json::object plain_object(std::string text);
boost::json::object mrkdwn_object(std::string text);
boost::json::object section(boost::json::object text);
boost::json::object context(boost::json::object text);

// A message's `text` in which nothing is to be understood as anything but text.
boost::json::object text_only(std::string text);

}  // namespace trailwarden::sink
