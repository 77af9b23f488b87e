#include "sink/slack_blocks.h"

#include <array>
#include <boost/json/array.hpp>
#include <utility>

namespace trailwarden::sink {

namespace bj = boost::json;

Look look_of(triage::Verdict verdict) {
  constexpr std::array<Look, 3> kLooks = {Look{"#25b04a", "🟢", "Safe"},
                                          Look{"#ede326", "🟡", "Uncertain"},
                                          Look{"#c41616", "🔴", "Dangerous"}};
  return kLooks.at(static_cast<std::size_t>(verdict));
}

bj::object plain_object(std::string text) {
  return {{"type", "plain_text"}, {"text", std::move(text)}, {"emoji", false}};
}

bj::object mrkdwn_object(std::string text) {
  return {{"type", "mrkdwn"}, {"text", std::move(text)}, {"verbatim", true}};
}

bj::object section(bj::object text) { return {{"type", "section"}, {"text", std::move(text)}}; }

bj::object context(bj::object text) {
  return {{"type", "context"}, {"elements", bj::array{std::move(text)}}};
}

bj::object text_only(std::string text) {
  return {{"text", std::move(text)}, {"mrkdwn", false},       {"parse", "none"},
          {"link_names", false},     {"unfurl_links", false}, {"unfurl_media", false}};
}

}  // namespace trailwarden::sink
