#include "deploy/tear_down.h"

#include <utility>

#include "deploy/bucket.h"
#include "deploy/stack_status.h"

namespace trailwarden::deploy {
namespace {

class TearingDown {
 public:
  TearingDown(Stacks& stacks, aws::S3& s3, const TearDownOrder& order, const Attendance& with)
      : stacks_(stacks), s3_(s3), order_(order), with_(with) {}

  Result<TornDown> run() {
    const auto found = stacks_.find(order_.name, with_.stop);
    if (!found) return tl::unexpected(aws::to_error(found.error()));
    if (!*found || phase_of((*found)->status) == Phase::Gone) return TornDown::NothingThere;
    const Stack& stack = **found;
    if (!is_ours(stack)) {
      return fail(ErrorCode::Io, "the stack " + stack.name + " in " + stacks_.region() +
                                     " was not made by setup, and stays as it is");
    }
    if (phase_of(stack.status) == Phase::Busy) {
      with_.tell("waiting for the stack " + stack.name + ", which is in " + stack.status);
      const Ending ending = TW_TRY(follow(
          stacks_, stack.id, stacks_.latest_event(stack.id, with_.stop).value_or(""), with_));
      if (phase_of(ending.status) == Phase::Gone) return TornDown::Removed;
    }
    TW_TRY(clear_bucket(stack));
    return remove(stack);
  }

 private:
  Result<void> clear_bucket(const Stack& stack) {
    const auto bucket = stacks_.bucket_of(stack, with_.stop);
    if (!bucket) return tl::unexpected(aws::to_error(bucket.error()));
    if (bucket->empty()) return {};
    if (order_.empties_bucket) {
      const std::uint64_t removed = TW_TRY(empty_bucket(s3_, *bucket, with_));
      if (removed > 0) {
        with_.tell("emptied " + *bucket + ": " + std::to_string(removed) +
                   (removed == 1 ? " object" : " objects"));
      }
      return {};
    }
    const BucketContent content = TW_TRY(content_of(s3_, *bucket, with_.stop));
    if (content.versions == 0) return {};
    return fail(ErrorCode::Io,
                "the bucket " + *bucket + " holds " + (content.are_there_more ? "more than " : "") +
                    std::to_string(content.versions) +
                    (content.versions == 1 ? " object" : " objects") +
                    " (prompts, answers, pages): nothing was removed; with --empty-bucket they go "
                    "as well, for good");
  }

  Result<TornDown> remove(const Stack& stack) {
    std::string known = stacks_.latest_event(stack.id, with_.stop).value_or("");
    with_.tell("removing the stack " + stack.name + " in " + stacks_.region());
    const auto begun = stacks_.remove(stack, with_.stop);
    if (!begun) return tl::unexpected(aws::to_error(begun.error()));
    const Ending ending = TW_TRY(follow(stacks_, stack.id, std::move(known), with_));
    if (phase_of(ending.status) == Phase::Gone) return TornDown::Removed;
    return fail(ErrorCode::Io,
                (ending.cause.empty() ? "it ended in " + ending.status : ending.cause) +
                    "; when that is mended, run teardown again");
  }

  Stacks& stacks_;
  aws::S3& s3_;
  const TearDownOrder& order_;
  const Attendance& with_;
};

}  // namespace

Result<TornDown> tear_down(Stacks& stacks, aws::S3& s3, const TearDownOrder& order,
                           const Attendance& with) {
  return TearingDown(stacks, s3, order, with).run();
}

}  // namespace trailwarden::deploy
