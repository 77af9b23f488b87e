#include <cstdio>
#include <cstdlib>
#include <memory>

#include "cli/aws_session.h"
#include "cli/commands.h"
#include "cli/content.h"
#include "cli/live_parts.h"
#include "cli/output.h"
#include "cli/shared_table.h"
#include "cli/sink_means.h"
#include "lambda/function.h"
#include "lambda/runtime.h"
#include "sink/sink_spec.h"
#include "source/sqs_source.h"
#include "store/store.h"

namespace trailwarden::cli {
namespace {

// Objects of S3; the session is opened when the first is asked for.
source::Fetch fetch_lazily(const Request& request) {
  return [request, fetch = std::make_shared<source::Fetch>()](
             const source::ObjectRef& object,
             const std::stop_token& stop) -> aws::Outcome<std::string> {
    if (!*fetch) {
      const auto session = open_aws_session(request);
      if (!session) {
        aws::Failure failure;
        failure.kind = aws::Failure::Kind::Credentials;
        failure.message = to_string(session.error());
        return tl::unexpected(std::move(failure));
      }
      *fetch = source::fetch_from_s3(*session);
    }
    return (*fetch)(object, stop);
  };
}

// An invocation that brings no news looks for what other sandboxes left to be sent so often.
constexpr std::chrono::seconds kLookEvery{15};
constexpr std::chrono::seconds kAlways{0};

// The table of --store, which nobody asks anything of yet; a file; or what ends with the sandbox.
Result<std::unique_ptr<store::LiveStore>> open_store(const Request& request) {
  if (names_shared_table(request)) return open_shared_table(request);
  return TW_TRY(store::Store::open(request.text("store", ":memory:")));
}

struct Parts {
  engine::Engine engine;
  std::unique_ptr<store::LiveStore> store;
  std::vector<std::unique_ptr<sink::Sink>> sinks;
};

Result<Parts> prepare(const Request& request) {
  auto engine = TW_TRY(compiled_engine(request));
  auto sinks = TW_TRY(sink::make_sinks(sink_specs(request), sink_means(request)));
  auto store = open_store(request);
  if (!store) return tl::unexpected(std::move(store).error());
  return Parts{std::move(engine), *std::move(store), std::move(sinks)};
}

int give_up(lambda::Runtime& runtime, const Error& error) {
  const auto told = runtime.fail_to_begin(to_string(error));
  if (!told) complain(told.error(), kFailed);
  return complain(error, kFailed);
}

Result<void> serve(lambda::Runtime& runtime, lambda::Function& function) {
  for (;;) {
    const auto invocation = TW_TRY(runtime.next({}));
    if (!invocation) return {};
    lambda::Answer answer = function.handle(invocation->payload, invocation->deadline);
    if (answer.error.empty()) {
      TW_TRY(runtime.respond(*invocation, std::move(answer.body)));
    } else {
      TW_TRY(runtime.fail(*invocation, "Trailwarden.NotHandled", answer.error));
    }
  }
}

}  // namespace

int run_lambda(const Request& request) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): never set
  const char* const address = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (address == nullptr || *address == '\0') {
    return complain("AWS_LAMBDA_RUNTIME_API is not set: this command runs in AWS Lambda", kUsage);
  }
  lambda::Runtime runtime(address);
  watch::Log log(log_form(request, watch::LogForm::Json), wall_clock, write_line);
  auto parts = prepare(request);
  if (!parts) return give_up(runtime, parts.error());
  const auto model = live_model(request, *parts->store, names_shared_table(request));
  if (!model) return give_up(runtime, model.error());
  std::vector<sink::Sink*> sinks;
  for (const auto& sink : parts->sinks) sinks.push_back(sink.get());
  watch::Metrics metrics;
  lambda::Function function({.engine = parts->engine,
                             .store = *parts->store,
                             .store_lasts = request.has("store"),
                             .look_every = names_shared_table(request) ? kLookEvery : kAlways,
                             .sinks = sinks,
                             .fetch = fetch_lazily(request),
                             .analyst = model->analyst(),
                             .dashboard_url = request.text("dashboard-url"),
                             .footer = [&] { return footer_of(parts->engine, *model); },
                             .policy = policy_of(request),
                             .metrics = metrics,
                             .log = log,
                             .now = wall_clock,
                             .chance = chance});
  const auto served = serve(runtime, function);
  return served ? kDone : complain(served.error(), kFailed);
}

}  // namespace trailwarden::cli
