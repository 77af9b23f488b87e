// What `--sink` says. docs/SINKS.md has the same in words for users.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sink/means.h"
#include "sink/route.h"
#include "sink/secret.h"
#include "sink/sink.h"

namespace trailwarden::sink {

enum class SinkKind : std::uint8_t { SlackHook, SlackBot, Sns, Webhook, JsonLines, Ocsf };

// "slack:C0123456789,min=dangerous,account=111122223333+444455556666"
struct SinkSpec {
  SinkKind kind = SinkKind::JsonLines;
  std::string target;  // Channel, ARN, URL or path; of SlackHook empty.
  Route route;
  std::optional<SecretReference> secret;  // Of "secret=": instead of the usual variable.
};

// The grammar: WHERE[,min=VERDICT][,account=ID[+ID…]][,secret=REFERENCE], where WHERE is one of
// slack, slack:CHANNEL, sns:ARN, webhook:URL, jsonl:PATH, ocsf:PATH and -. No part of it needs
// quotes in a shell. Error: Usage, with what to write instead; no secret is shown.
Result<SinkSpec> parse_sink_spec(std::string_view text);

// The sinks that `specs` describe, in their order; several specs of one target are one sink with
// several routes. Opens no connection and no file; secrets in variables and files are read once to
// see that they are there. Error: Usage (a secret is missing), or what the AWS session says.
Result<std::vector<std::unique_ptr<Sink>>> make_sinks(const std::vector<std::string>& specs,
                                                      const Means& means);

}  // namespace trailwarden::sink
