#include <chrono>
#include <thread>

#include "cli/aws_session.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/live_parts.h"
#include "cli/live_source.h"
#include "cli/messages.h"
#include "cli/output.h"
#include "cli/scheduled_digest.h"
#include "cli/sink_means.h"
#include "net/guard.h"
#include "net/server.h"
#include "sink/sink_spec.h"
#include "watch/status.h"
#include "watch/watch.h"

namespace trailwarden::cli {
namespace {

// A stop lets go of what is under way: queues are told what was done, requests are finished.
constexpr std::chrono::seconds kStopMax{40};

// What a watch is judged, stored and told with. Members are used by those below them.
struct Parts {
  engine::Engine engine;
  std::unique_ptr<store::Store> store;
  OpenedSource source;
  std::vector<std::unique_ptr<sink::Sink>> sinks;
};

Result<Parts> prepare(const Request& request, const source::Note& note) {
  auto engine = TW_TRY(compiled_engine(request));
  auto sinks = TW_TRY(sink::make_sinks(sink_specs(request), sink_means(request)));
  auto store = TW_TRY(store::Store::open(request.text("store", "trailwarden.db")));
  auto source = TW_TRY(open_live_source(request, *store, note));
  return Parts{std::move(engine), std::move(store), std::move(source), std::move(sinks)};
}

// The endpoint of --listen, or nothing.
Result<std::unique_ptr<net::Server>> serve_status(const Request& request, const watch::Watch& watch,
                                                  const watch::Metrics& metrics) {
  if (!request.has("listen")) return nullptr;
  const ListenAddress listen = TW_TRY(parse_listen_address(request.text("listen")));
  std::vector<std::string> keys;
  if (request.has("listen-keys")) keys = TW_TRY(net::read_keys(request.text("listen-keys")));
  TW_TRY(net::check_keys(keys, listen.address));
  net::ServerOptions options;
  options.address = listen.address;
  options.port = listen.port;
  return net::Server::start(options, [guard = net::Guard(keys), &watch, &metrics](
                                         const net::Request& asked, const std::string&) {
    return watch::answer_status(asked, guard, watch, metrics);
  });
}

void say_what_it_came_to(const watch::Metrics& metrics, watch::Log& log) {
  const std::string read = std::to_string(metrics.read), judged = std::to_string(metrics.judged),
                    filtered = std::to_string(metrics.filtered),
                    repeated = std::to_string(metrics.repeated),
                    skipped = std::to_string(metrics.skipped),
                    opened = std::to_string(metrics.opened);
  log.say(watch::LogLevel::Info, "stopped",
          {{"read", read},
           {"judged", judged},
           {"filtered", filtered},
           {"repeated", repeated},
           {"skipped", skipped},
           {"cases", opened}});
}

}  // namespace

int run_watch(const Request& request) {
  watch::Log log(log_form(request, watch::LogForm::Text), wall_clock, write_line);
  const Interrupt interrupt(kStopMax);
  auto parts = prepare(request, [&log](std::string_view line) { log.note(line); });
  if (!parts) {
    return complain(parts.error(), parts.error().code == ErrorCode::Usage ? kUsage : kFailed);
  }
  const auto keep = keep_of(request);
  if (!keep) return complain(keep.error(), kUsage);
  const auto model = live_model(request, *parts->store);
  if (!model) return complain(model.error(), kUsage);
  const auto digests = ScheduledDigest::open(
      {.request = request, .engine = parts->engine, .store = *parts->store, .log = log});
  if (!digests) return complain(digests.error(), kUsage);
  std::vector<std::unique_ptr<sink::Sink>> for_digests;
  if (*digests) for_digests = (*digests)->sinks_besides(parts->sinks);
  std::vector<sink::Sink*> sinks;
  for (const auto* some : {&parts->sinks, &for_digests}) {
    for (const auto& sink : *some) sinks.push_back(sink.get());
  }
  watch::Metrics metrics;
  watch::Watch watch({.engine = parts->engine,
                      .source = *parts->source.source,
                      .checkpoint = parts->source.checkpoint,
                      .store = *parts->store,
                      .sinks = sinks,
                      .policy = policy_of(request),
                      .dashboard_url = request.text("dashboard-url"),
                      .keep = *keep,
                      .threads = threads_of(request),
                      .analyst = model->analyst(),
                      .footer = [&] { return footer_of(parts->engine, *model); },
                      .more_gauges = [&](auto& gauges) { add_gauges(*model, gauges); },
                      .metrics = metrics,
                      .log = log,
                      .now = wall_clock,
                      .chance = chance});
  const auto status = serve_status(request, watch, metrics);
  if (!status) return complain(status.error(), kUsage);
  const std::string rules = std::to_string(parts->engine.rules().rules.size());
  const std::string port = *status == nullptr ? "" : std::to_string((*status)->port());
  log.say(watch::LogLevel::Info, "watching",
          {{"source", request.text("source")},
           {"store", request.text("store", "trailwarden.db")},
           {"rules", rules},
           {"sinks", std::to_string(sinks.size())},
           {"port", port}});
  std::jthread making_digests;
  if (*digests) {
    making_digests = std::jthread(
        [&](const std::stop_token& done) { (*digests)->run([&watch] { watch.ring(); }, done); });
  }
  const auto ran = watch.run(interrupt.token());
  making_digests.request_stop();
  say_what_it_came_to(metrics, log);
  if (!ran) return complain(ran.error(), kFailed);
  return kDone;
}

}  // namespace trailwarden::cli
