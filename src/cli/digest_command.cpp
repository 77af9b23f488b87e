#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "cli/content.h"
#include "cli/digest_delivery.h"
#include "cli/digest_memory.h"
#include "cli/digest_model.h"
#include "cli/digest_reading.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "digest/local.h"
#include "report/format.h"
#include "scan/scan.h"

namespace trailwarden::cli {
namespace {

int print_estimate(const DigestModel* model, const digest::Material& material) {
  const std::string events = report::plural(material.collected.kept, "event") + " in " +
                             report::plural(material.by_user.lines, "line");
  const std::string asked =
      model == nullptr ? "no model asked" : model->estimate(model->plan(material));
  return write_out(events + ": " + asked + "\n") ? kDone : kFailed;
}

int failed(const Error& error, const Interrupt& interrupt) {
  if (interrupt.token().stop_requested()) return complain(error, kInterrupted);
  return complain(error, error.code == ErrorCode::Usage ? kUsage : kFailed);
}

Result<DigestReading> read(const Request& request, const engine::Engine& engine,
                           const scan::ScanOptions& options, const std::stop_token& stop) {
  scan::Progress progress;
  const ProgressLine line(progress);
  return read_for_digest(request, engine, options, progress, stop);
}

Result<std::unique_ptr<DigestModel>> open_model(const Request& request,
                                                scan::ScanOptions& options) {
  if (!ModelSetup::is_wanted(request)) return std::unique_ptr<DigestModel>();
  return DigestModel::open(request, options);
}

// Nothing: an estimate goes nowhere.
Result<std::unique_ptr<DigestDelivery>> open_delivery(const Request& request) {
  if (request.has("estimate")) return std::unique_ptr<DigestDelivery>();
  return DigestDelivery::open(request);
}

Result<digest::Page> write(DigestModel* model, const digest::Material& material,
                           const std::stop_token& stop) {
  if (model == nullptr) return digest::write_locally(material);
  AskProgress progress;
  const ProgressLine line(progress);
  return model->write(
      material, model->plan(material),
      [&progress](const inference::EngineProgress& now) { progress.set(now); }, stop);
}

// Sends the page that `delivery` has, and ends the run when everybody has it.
int deliver(DigestDelivery& delivery, const DigestMemory& memory, DigestModel* model,
            const Interrupt& interrupt) {
  const auto unsent = delivery.send(interrupt.token());
  if (!unsent) return failed(unsent.error(), interrupt);
  for (const publish::Unsent& each : *unsent) complain(each.sink + ": " + each.reason, kFailed);
  if (!unsent->empty()) {
    if (interrupt.token().stop_requested()) return kInterrupted;
    return complain("the page is kept: the same command sends it again, and asks no model",
                    kFailed);
  }
  if (const auto kept = memory.keep(delivery.facts()); !kept) {
    return complain(kept.error(), kFailed);
  }
  if (model != nullptr) model->finish();
  delivery.finish();
  return kDone;
}

}  // namespace

int run_digest(const Request& request) {
  const auto content = content_of(request);
  if (!content) return complain(content.error(), kFailed);
  auto options = digest_options(request);
  if (!options) return complain(options.error(), kUsage);
  const auto engine = engine::Engine::compile(*content);
  if (!engine) return complain(engine.error(), kUsage);
  print_remarks(engine->rules());
  const Interrupt interrupt;
  const auto memory = DigestMemory::open(request);
  if (!memory) return failed(memory.error(), interrupt);
  const auto model = open_model(request, *options);
  if (!model) return failed(model.error(), interrupt);
  const auto delivery = open_delivery(request);
  if (!delivery) return failed(delivery.error(), interrupt);
  if (*delivery && (*delivery)->is_written()) {
    complain("an earlier run wrote this page: sending what it left", kDone);
    return deliver(**delivery, *memory, model->get(), interrupt);
  }

  const auto reading = read(request, *engine, *options, interrupt.token());
  if (!reading) return failed(reading.error(), interrupt);
  print_problems(reading->result.problems);
  const digest::Material material = material_of(request, *reading, memory->before());
  if (request.has("estimate")) return print_estimate(model->get(), material);
  const auto page = write(model->get(), material, interrupt.token());
  if (*model) std::fprintf(stderr, "trailwarden: %s\n", (*model)->account().c_str());
  if (!page) return failed(page.error(), interrupt);
  const auto taken = (*delivery)->take(*page, digest::facts_of(reading->result), interrupt.token());
  if (!taken) return failed(taken.error(), interrupt);
  return deliver(**delivery, *memory, model->get(), interrupt);
}

}  // namespace trailwarden::cli
