// `sink test`: whether alerts would arrive, tried before one must.
#include <chrono>
#include <string>
#include <variant>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/sink_means.h"
#include "sink/case_notice.h"
#include "sink/sink_spec.h"

namespace trailwarden::cli {
namespace {

constexpr std::chrono::seconds kStopMax{5};

std::int64_t unix_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

// "sent", or why not.
std::string told(const sink::Outcome& outcome) {
  if (const auto* refused = std::get_if<sink::Refused>(&outcome)) {
    return "refused: " + refused->reason;
  }
  if (const auto* postponed = std::get_if<sink::Postponed>(&outcome)) {
    return "not now: " + postponed->reason;
  }
  if (const auto* doubt = std::get_if<sink::InDoubt>(&outcome)) {
    return "perhaps: " + doubt->reason;
  }
  return "sent";
}

bool send_test(sink::Sink& to, UnixSeconds now, const std::stop_token& stop) {
  const sink::Notice notice = sink::test_notice(now);
  // Another one each time: a receiver that drops repeats must not drop the second test.
  const std::string key = "test-" + std::to_string(now);
  const sink::Outcome outcome =
      to.send({.notice = notice, .key = key, .thread = "", .first_tried = now}, stop);
  write_out(to.name() + "  " + told(outcome) + "\n");
  return std::holds_alternative<sink::Sent>(outcome);
}

}  // namespace

int run_sink_test(const Request& request) {
  const std::vector<std::string> specs =
      request.inputs.empty() ? request.all("sink") : request.inputs;
  if (specs.empty())
    return complain("no sink is named, and none stands in trailwarden.yaml", kUsage);
  const auto sinks = sink::make_sinks(specs, sink_means(request));
  if (!sinks) {
    return complain(sinks.error(), sinks.error().code == ErrorCode::Usage ? kUsage : kFailed);
  }
  const Interrupt interrupt(kStopMax);
  const UnixSeconds now = unix_seconds();
  bool all_sent = true;
  for (const auto& each : *sinks) all_sent = send_test(*each, now, interrupt.token()) && all_sent;
  return all_sent ? kDone : kFailed;
}

}  // namespace trailwarden::cli
