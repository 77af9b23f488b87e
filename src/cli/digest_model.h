// The language model that a digest is written with: engine, journal and prompts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "cli/model_setup.h"
#include "cli/options.h"
#include "digest/write.h"
#include "inference/batch_engine.h"
#include "inference/choose_engine.h"
#include "inference/direct_engine.h"
#include "inference/journal.h"
#include "scan/scan.h"

namespace trailwarden::cli {

class DigestModel {
 public:
  // By the options of ModelSetup, --checkpoint, --prompt, --engine, --batch-bucket, --batch-role.
  // `options` gets the period with which the journal was begun: "7d" means the same week when a run
  // goes on tomorrow. Error: Usage, or what cannot be had.
  static Result<std::unique_ptr<DigestModel>> open(const Request& request,
                                                   scan::ScanOptions& options);

  // What there is to ask; under --redact with its names hidden.
  digest::Plan plan(const digest::Material& material) const;
  // What it would cost: one line, with the dollars where the price is known.
  std::string estimate(const digest::Plan& plan) const;
  // Asks, and writes; `on_progress` is told how far each level of summaries is. Error: as
  // digest::write_with_model.
  Result<digest::Page> write(const digest::Material& material, digest::Plan plan,
                             const inference::OnProgress& on_progress, const std::stop_token& stop);
  // Ends a run that wrote its page: the journal goes unless the user named it.
  void finish();
  // One line: what was asked and what it cost.
  std::string account() const;

 private:
  DigestModel() = default;
  Result<void> open_journal(const Request& request, scan::ScanOptions& options);
  Result<inference::Engine*> engine_for(const digest::Plan& plan);

  std::unique_ptr<ModelSetup> setup_;
  std::unique_ptr<inference::Journal> journal_;
  std::unique_ptr<inference::DirectEngine> direct_;
  std::unique_ptr<inference::BatchEngine> batch_;  // nullptr: there are no jobs to be had.
  std::size_t batch_min_ = 0;                      // Prompts of a job.
  inference::EngineChoice choice_ = inference::EngineChoice::Cheaper;
  bool keeps_journal_ = false;
  digest::Wording wording_;
  std::string name_;  // Of the model, for the page's last line.
  bool redacts_ = false;
  digest::ForestCounts counts_;
};

}  // namespace trailwarden::cli
