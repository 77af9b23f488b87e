// What Slack answers, and what its errors ask of us. Source of fact: docs.slack.dev, "Using the Web
// API", and each method's list of errors; "Sending messages using incoming webhooks".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trailwarden::sink {

// A message of conversations.history or conversations.replies that is one of ours.
struct SlackFound {
  std::string ts;   // "1503435956.000247": a name, never a number.
  std::string key;  // Of the notice that it was sent for.
};

// HTTP says 200 to errors too: only `ok` counts.
struct SlackAnswer {
  bool ok = false;
  std::string error;  // "channel_not_found"; empty where ok.
  std::string
      explanation;  // What else was said of it (needed scope, which block): one line, shown.
  std::string channel, ts;  // Of chat.postMessage and chat.update.
  std::vector<SlackFound> found;
  std::string cursor;  // Of the next page; empty: there is none.
};

// Error: Decode, where it is no JSON object with an `ok`.
Result<SlackAnswer> read_slack_answer(std::string_view body);

// The event_type of the metadata that our messages carry.
inline constexpr std::string_view kSlackEventType = "trailwarden_notice";

enum class SlackReaction : std::uint8_t {
  Wait,      // Nothing was done; later it may be.
  Doubt,     // Slack failed in mid-work: it may have been done.
  Renew,     // The token is not, or no longer, good: perhaps there is a new one.
  Operator,  // A person has to change something.
  Plain,     // Our message is not to its liking: once more without blocks.
  Gone,      // The thread or message is not there, or cannot be changed any more.
  Unknown,   // A word that we do not know.
};

// By the name of an error of the Web API, or the body of a webhook's answer.
SlackReaction slack_reaction(std::string_view error);

// What a person can do about an error: "invite the app to the channel: /invite @app"; empty where
// there is nothing to say.
std::string_view slack_advice(std::string_view error);

}  // namespace trailwarden::sink
