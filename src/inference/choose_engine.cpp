#include "inference/choose_engine.h"

namespace trailwarden::inference {
namespace {

std::string too_few(const EngineOffer& offer) {
  return std::to_string(offer.tasks) + " prompts are fewer than a job's " +
         std::to_string(*offer.records_min);
}

}  // namespace

Result<ChosenEngine> choose_engine(EngineChoice choice, const EngineOffer& offer) {
  if (choice == EngineChoice::Direct) return ChosenEngine{false, "it was asked for"};
  if (!offer.records_min) {
    if (choice == EngineChoice::Batch) {
      return fail(ErrorCode::Usage,
                  "there are no batch jobs here: they need a service that has them, and on Bedrock "
                  "a bucket and a role");
    }
    return ChosenEngine{false, "there are no batch jobs here"};
  }
  if (offer.tasks < *offer.records_min) {
    if (choice == EngineChoice::Batch) return fail(ErrorCode::Usage, too_few(offer));
    return ChosenEngine{false, too_few(offer)};
  }
  if (choice == EngineChoice::Batch) return ChosenEngine{true, "it was asked for"};
  if (offer.price && offer.price->batch >= 1) {
    return ChosenEngine{false, "a batch job costs no less"};
  }
  return ChosenEngine{true, "a batch job costs less"};
}

}  // namespace trailwarden::inference
