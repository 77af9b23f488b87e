// Judges the records of a delivery. One a thread.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "cloudtrail/reader.h"
#include "engine/engine.h"
#include "source/live_source.h"
#include "watch/judged.h"

namespace trailwarden::watch {

class DeliveryJudge final : private cloudtrail::RecordVisitor {
 public:
  // Takes a part and says whether to go on.
  using Emit = std::function<bool(JudgedPart part)>;

  // `engine` must outlive the judge. `note` is told of what could not be read.
  DeliveryJudge(const engine::Engine& engine, source::Note note);

  // Reads `delivery` to the end and emits it in one or more parts, the last marked as such. False:
  // `emit` said so, or a stop was requested: the delivery has not been emitted to its end.
  bool judge(const source::Delivery& delivery, SteadyTime received, const Emit& emit,
             const std::stop_token& stop);

 private:
  void on_record(const cloudtrail::RawRecord& record) override;
  void on_problem(const cloudtrail::Problem& problem) override;
  void emit_if_full();
  void emit_part();

  const engine::Engine& engine_;
  source::Note note_;
  cloudtrail::ReadProgress progress_;
  cloudtrail::Reader reader_;
  engine::Judge judge_;

  // Of the delivery under way.
  const Emit* emit_ = nullptr;
  bool goes_on_ = true;
  bool is_readable_ = false;
  std::uint64_t problems_ = 0;
  std::string first_problem_;
  JudgedPart part_;
};

}  // namespace trailwarden::watch
