#include "sink/slack_answer.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "triage/log_text.h"

namespace trailwarden::sink {
namespace {

namespace bj = boost::json;

constexpr std::size_t kWordMax = 80;
constexpr std::size_t kIdMax = 40;  // Of channels and messages; real ones have 11 and 17.
constexpr std::size_t kExplanationMax = 300;
constexpr std::size_t kCursorMax = 1000;

struct Known {
  std::string_view error;
  SlackReaction reaction;
  std::string_view advice{};
};

using enum SlackReaction;

constexpr std::string_view kNewToken = "install the app again and give its new token";
constexpr std::string_view kScope = "give the app the scope and install it again";
constexpr std::string_view kInvite = "invite the app to the channel (/invite @its-name)";
constexpr std::string_view kNewHook = "make a new webhook for the app and give its URL";

// In order of the names.
constexpr Known kKnown[] = {
    {"access_denied", Operator, "ask the workspace's administrators"},
    {"account_inactive", Renew, kNewToken},
    {"action_prohibited", Operator, "the workspace restricts what webhooks may post"},
    {"attachment_payload_limit_exceeded", Plain},
    {"cannot_reply_to_message", Gone},
    {"cant_update_message", Gone},
    {"channel_is_archived", Operator, "unarchive the channel, or name another one"},
    {"channel_not_found", Operator,
     "name the channel by its id (C…), and invite the app if it is private"},
    {"edit_window_closed", Gone},
    {"ekm_access_denied", Operator, "ask the workspace's administrators"},
    {"enterprise_is_restricted", Operator, "ask the organisation's administrators"},
    {"fatal_error", Doubt},
    {"internal_error", Doubt},
    {"invalid_arguments", Plain},
    {"invalid_attachments", Plain},
    {"invalid_auth", Renew, kNewToken},
    {"invalid_blocks", Plain},
    {"invalid_blocks_format", Plain},
    {"invalid_json", Plain},
    {"invalid_metadata_format", Plain},
    {"invalid_metadata_schema", Plain},
    {"invalid_payload", Plain},
    {"invalid_thread_ts", Gone},
    {"invalid_token", Operator, kNewHook},
    {"is_archived", Operator, "unarchive the channel, or name another one"},
    {"is_inactive", Gone},
    {"json_not_object", Plain},
    {"message_limit_exceeded", Operator, "the workspace's plan allows no more messages"},
    {"message_not_found", Gone},
    {"messages_tab_disabled", Operator, "name a channel, not the app's own conversation"},
    {"metadata_too_large", Plain},
    {"missing_scope", Operator, kScope},
    {"msg_blocks_too_long", Plain},
    {"msg_too_long", Plain},
    {"no_active_hooks", Operator, kNewHook},
    {"no_permission", Operator, kScope},
    {"no_service", Operator, kNewHook},
    {"no_service_id", Operator, kNewHook},
    {"no_team", Operator, kNewHook},
    {"no_text", Plain},
    {"not_allowed_token_type", Operator, "give the bot token (xoxb-…)"},
    {"not_authed", Renew, kNewToken},
    {"not_in_channel", Operator, kInvite},
    {"org_login_required", Operator, "the workspace is being migrated: wait, then revive"},
    {"posting_to_general_channel_denied", Operator, "name another channel"},
    {"rate_limited", Wait},
    {"ratelimited", Wait},
    {"request_timeout", Wait},
    {"restricted_action", Operator, "a workspace preference forbids posting there"},
    {"restricted_action_non_threadable_channel", Operator, "name another channel"},
    {"restricted_action_read_only_channel", Operator, "name a channel that the app may post to"},
    {"restricted_action_thread_locked", Gone},
    {"restricted_action_thread_only_channel", Operator, "name another channel"},
    {"rollup_error", Doubt},
    {"service_unavailable", Wait},
    {"team_access_not_granted", Operator, "install the app in that workspace"},
    {"team_added_to_org", Wait},
    {"team_disabled", Operator, "the workspace is disabled"},
    {"thread_not_found", Gone},
    {"token_expired", Renew, kNewToken},
    {"token_revoked", Renew, kNewToken},
    {"too_many_attachments", Plain},
    {"user_not_found", Operator, kNewHook},
};

static_assert(std::is_sorted(std::begin(kKnown), std::end(kKnown),
                             [](const Known& a, const Known& b) { return a.error < b.error; }));

const Known* find_known(std::string_view error) {
  const auto* found = std::lower_bound(
      std::begin(kKnown), std::end(kKnown), error,
      [](const Known& known, std::string_view name) { return known.error < name; });
  return found != std::end(kKnown) && found->error == error ? found : nullptr;
}

// A text member, no longer than it can sensibly be.
std::string text_at(const bj::object& of, std::string_view name, std::size_t bytes_max) {
  const bj::value* value = of.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string()) return {};
  const bj::string& text = value->get_string();
  return text.size() > bytes_max ? std::string() : std::string(text.data(), text.size());
}

const bj::object* object_at(const bj::object& of, std::string_view name) {
  const bj::value* value = of.if_contains({name.data(), name.size()});
  return value == nullptr ? nullptr : value->if_object();
}

const bj::array* array_at(const bj::object& of, std::string_view name) {
  const bj::value* value = of.if_contains({name.data(), name.size()});
  return value == nullptr ? nullptr : value->if_array();
}

// Ids go back to Slack, and into references: letters, digits and a dot are all that they have.
std::string id_at(const bj::object& of, std::string_view name) {
  std::string id = text_at(of, name, kIdMax);
  const bool good = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
  });
  return good ? id : std::string();
}

void explain(const bj::object& body, SlackAnswer& answer) {
  std::string text;
  const auto add = [&](std::string_view label, const std::string& value) {
    if (value.empty()) return;
    text.append(text.empty() ? "" : "; ").append(label).append(value);
  };
  add("needed scope ", text_at(body, "needed", kWordMax * 2));
  if (const bj::object* metadata = object_at(body, "response_metadata")) {
    if (const bj::array* messages = array_at(*metadata, "messages")) {
      for (const bj::value& message : *messages) {
        if (message.is_string()) {
          add("", std::string(message.get_string().data(), message.get_string().size()));
        }
      }
    }
  }
  answer.explanation = triage::shown(text, kExplanationMax);
}

void read_found(const bj::object& body, SlackAnswer& answer) {
  const bj::array* messages = array_at(body, "messages");
  if (messages == nullptr) return;
  for (const bj::value& message : *messages) {
    const bj::object* whole = message.if_object();
    const bj::object* metadata = whole == nullptr ? nullptr : object_at(*whole, "metadata");
    if (metadata == nullptr || text_at(*metadata, "event_type", kWordMax) != kSlackEventType) {
      continue;
    }
    const bj::object* payload = object_at(*metadata, "event_payload");
    if (payload == nullptr) continue;
    SlackFound found{id_at(*whole, "ts"), text_at(*payload, "key", kCursorMax)};
    if (!found.ts.empty() && !found.key.empty()) answer.found.push_back(std::move(found));
  }
}

}  // namespace

Result<SlackAnswer> read_slack_answer(std::string_view text) {
  bj::error_code failed;
  const bj::value parsed = bj::parse({text.data(), text.size()}, failed);
  const bj::object* body = failed ? nullptr : parsed.if_object();
  const bj::value* ok = body == nullptr ? nullptr : body->if_contains("ok");
  if (ok == nullptr || !ok->is_bool()) {
    return fail(ErrorCode::Decode, "Slack's answer is no JSON object with ok");
  }
  SlackAnswer answer;
  answer.ok = ok->get_bool();
  explain(*body, answer);
  if (!answer.ok) {
    answer.error = triage::shown(text_at(*body, "error", kWordMax), kWordMax);
    if (answer.error.empty()) answer.error = "no error named";
    return answer;
  }
  answer.channel = id_at(*body, "channel");
  answer.ts = id_at(*body, "ts");
  read_found(*body, answer);
  if (const bj::object* metadata = object_at(*body, "response_metadata")) {
    answer.cursor = text_at(*metadata, "next_cursor", kCursorMax);
  }
  return answer;
}

SlackReaction slack_reaction(std::string_view error) {
  const Known* known = find_known(error);
  return known == nullptr ? Unknown : known->reaction;
}

std::string_view slack_advice(std::string_view error) {
  const Known* known = find_known(error);
  return known == nullptr ? std::string_view() : known->advice;
}

}  // namespace trailwarden::sink
