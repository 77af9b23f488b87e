#include "cli/live_parts.h"

#include <chrono>
#include <cstdio>
#include <random>
#include <string>

#include "cli/content.h"
#include "cli/messages.h"

namespace trailwarden::cli {

Result<engine::Engine> compiled_engine(const Request& request) {
  const auto content = TW_TRY(content_of(request));
  auto engine = TW_TRY(engine::Engine::compile(content));
  print_remarks(engine.rules());
  return engine;
}

watch::Policy policy_of(const Request& request) {
  watch::Policy policy;
  const std::string least = request.text("min-verdict");
  if (least == "dangerous") policy.least = triage::Verdict::Dangerous;
  if (least == "safe") policy.least = triage::Verdict::Safe;
  // A stream comes to its end before an update would be due.
  if (request.text("source") == "-") policy.between_updates = std::chrono::seconds{0};
  return policy;
}

watch::LogForm log_form(const Request& request, watch::LogForm otherwise) {
  if (!request.has("log")) return otherwise;
  return request.text("log") == "json" ? watch::LogForm::Json : watch::LogForm::Text;
}

store::UnixMillis wall_clock() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
}

double chance() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

void write_line(std::string_view line) {
  const std::string whole = std::string(line) + "\n";
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

}  // namespace trailwarden::cli
