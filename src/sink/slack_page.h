// A digest as Slack shows it: a header, how it stands, and of each section as much as there is room
// for. Source of fact: docs.slack.dev, "Block Kit"; limits in slack_page.cpp.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "sink/notice.h"

namespace trailwarden::sink {

// As slack_message() of a notice that has a page. `footer`: escaped for Slack.
boost::json::object slack_page_message(const Notice& notice, const std::string& footer);

// The same without any block.
boost::json::object slack_plain_page(const Notice& notice, const std::string& footer);

}  // namespace trailwarden::sink
