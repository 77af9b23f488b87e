#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "cli/commands.h"
#include "cli/output.h"

namespace trailwarden::cli {
namespace {

int run(const Request& request) {
  if (request.command == "scan") return run_scan(request);
  if (request.command == "digest") return run_digest(request);
  if (request.command == "match") return run_match(request);
  if (request.command == "explain") return run_explain(request);
  if (request.command == "verify") return run_verify(request);
  if (request.command == "watch") return run_watch(request);
  if (request.command == "sink test") return run_sink_test(request);
  if (request.command == "lambda") return run_lambda(request);
  if (request.command == "setup") return run_setup(request);
  if (request.command == "teardown") return run_teardown(request);
  if (request.command.starts_with("store")) return run_store(request);
  return run_rules(request);
}

int main(int argc, const char* const* argv) {
  // A closed pipe (| head) is a quiet end, told by write(), not a signal.
  std::signal(SIGPIPE, SIG_IGN);
  // Lambda starts its `bootstrap` without arguments.
  const char* const in_lambda[] = {"trailwarden", "lambda"};
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
  const bool is_bootstrap = argc == 1 && std::getenv("AWS_LAMBDA_RUNTIME_API") != nullptr;
  const Parsed parsed = is_bootstrap ? parse(2, in_lambda) : parse(argc, argv);
  switch (parsed.next) {
    case Parsed::Next::PrintHelp:
      return write_out(parsed.text) ? kDone : kFailed;
    case Parsed::Next::WrongUsage:
      return complain(parsed.text, kUsage);
    case Parsed::Next::Run:
      return run(parsed.request);
  }
  return kFailed;
}

}  // namespace
}  // namespace trailwarden::cli

int main(int argc, char** argv) {
  try {
    return trailwarden::cli::main(argc, argv);
  } catch (const std::exception& error) {
    // Memory, mostly: everything that input can cause is answered where it happens.
    std::fprintf(stderr, "trailwarden: internal error: %s\n", error.what());
    return trailwarden::cli::kFailed;
  }
}
