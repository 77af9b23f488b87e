#include "watch/delivery_judge.h"

#include <utility>

#include "cloudtrail/event.h"

namespace trailwarden::watch {
namespace {

// Events with findings, and kinds of others, in one part: what one transaction takes at once.
constexpr std::size_t kPartRowsMax = 512;

triage::Activity activity_of(const cloudtrail::Event& event, UnixSeconds time) {
  return {.hour = time - time % triage::kActivityStep,
          .user = std::string(event.user),
          .account = std::string(event.account),
          .source = std::string(event.source),
          .name = std::string(event.name),
          .region = std::string(event.region),
          .error_code = std::string(event.error_code),
          .is_service = event.is_service};
}

}  // namespace

DeliveryJudge::DeliveryJudge(const engine::Engine& engine, source::Note note)
    : engine_(engine),
      note_(std::move(note)),
      reader_(engine.matcher().projection(), engine.shape(), progress_),
      judge_(engine) {}

bool DeliveryJudge::judge(const source::Delivery& delivery, SteadyTime received, const Emit& emit,
                          const std::stop_token& stop) {
  emit_ = &emit;
  goes_on_ = true;
  is_readable_ = false;
  problems_ = 0;
  first_problem_.clear();
  part_ = JudgedPart{.receipt = delivery.receipt, .name = delivery.name, .received = received};
  reader_.read_bytes(delivery.bytes, delivery.name, *this, stop);
  if (!goes_on_ || stop.stop_requested()) return false;
  if (problems_ != 0) {
    note_(first_problem_ + (problems_ == 1 ? ""
                                           : " (and " + std::to_string(problems_ - 1) +
                                                 " more in the same delivery)"));
    if (!is_readable_) part_.unreadable = first_problem_;
  }
  part_.is_last = true;
  part_.object = delivery.object;
  emit_part();
  return goes_on_;
}

void DeliveryJudge::on_record(const cloudtrail::RawRecord& record) {
  is_readable_ = true;
  ++part_.counts.read;
  const cloudtrail::Event event = cloudtrail::read_event(engine_.fields(), record.found);
  const engine::Opinion opinion = judge_.judge(record);
  if (!opinion.wanted) {
    ++part_.counts.filtered;
    return;
  }
  ++part_.counts.judged;
  if (opinion.suppressed) ++part_.counts.suppressed;
  if (opinion.matched.empty()) {
    if (event.time && *event.time >= 0) ++part_.activity[activity_of(event, *event.time)];
    return emit_if_full();
  }
  JudgedEvent judged;
  judged.sighting = judge_.sight(record, event, opinion.matched);
  judged.record = record.text;
  judged.judgement = triage::judge(judged.sighting, engine_.rules());
  judged.fingerprint = fingerprint(judged.sighting, judged.record);
  part_.events.push_back(std::move(judged));
  emit_if_full();
}

void DeliveryJudge::on_problem(const cloudtrail::Problem& problem) {
  if (cloudtrail::counts_as_skipped(problem.kind)) {
    ++part_.counts.read;
    ++part_.counts.skipped;
  }
  if (cloudtrail::is_notice(problem.kind)) {
    is_readable_ = true;
    return;
  }
  if (problems_++ == 0) first_problem_ = to_string(problem);
}

void DeliveryJudge::emit_if_full() {
  if (part_.events.size() + part_.activity.size() == kPartRowsMax) emit_part();
}

void DeliveryJudge::emit_part() {
  JudgedPart next{.receipt = part_.receipt, .name = part_.name, .received = part_.received};
  if (goes_on_) goes_on_ = (*emit_)(std::exchange(part_, std::move(next)));
}

}  // namespace trailwarden::watch
