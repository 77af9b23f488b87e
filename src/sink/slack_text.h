// Text from logs and models made fit for Slack: it cannot mention, link, format, or leave its
// place. Limits are Slack's, counted as UTF-16 units of what is sent: never less than Slack counts.
// Source of fact: docs.slack.dev, "Formatting message text"; "Text object".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trailwarden::sink {

// For plain_text objects and for `text`: "&", "<" and ">" as entities, characters that deceive left
// out, line breaks as spaces, and a word joiner (U+2060, which is not seen) wherever Slack would
// find a link, a mention or an emoji: "https:⁠//", "evil⁠.example", "@⁠here", ":⁠skull:".
// Longer than `units_max` it is cut and ends in "…".
std::string slack_plain(std::string_view text, std::size_t units_max);

// As code in mrkdwn, "`text`": nothing in it is parsed but the entities. Backticks become "ʼ".
// Empty text gives an empty result.
std::string slack_code(std::string_view text, std::size_t units_max);

// A link in mrkdwn to a URL of ours; its label is plain text of ours. Empty for an URL that is not
// https or http, or could end the link.
std::string slack_link(std::string_view url, std::string_view label);

// How long Slack may take `text` to be.
std::size_t slack_units(std::string_view text);

}  // namespace trailwarden::sink
