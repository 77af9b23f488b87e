#include "deploy/set_up.h"

#include <optional>
#include <utility>

#include "deploy/stack_status.h"

namespace trailwarden::deploy {
namespace {

// Somebody else may begin something between two of our calls, but hardly again and again.
constexpr unsigned kRoundsMax = 5;

class Setting {
 public:
  Setting(Stacks& stacks, const SetUpOrder& order, const Attendance& with)
      : stacks_(stacks), order_(order), with_(with) {}

  Result<SetUp> run() {
    for (unsigned round = 0; round < kRoundsMax; ++round) {
      const auto found = stacks_.find(order_.name, with_.stop);
      if (!found) return tl::unexpected(aws::to_error(found.error()));
      auto done = TW_TRY(*found ? go_on(**found) : make());
      if (done) return *std::move(done);
    }
    return fail(ErrorCode::Io, "the stack " + order_.name +
                                   " keeps being changed by somebody else: run setup again later");
  }

 private:
  // Nothing: something has changed meanwhile, look again.
  using Round = Result<std::optional<SetUp>>;

  Round go_on(const Stack& stack) {
    const Phase phase = phase_of(stack.status);
    if (phase == Phase::Gone) return make();
    if (!is_ours(stack)) {
      return fail(ErrorCode::Io, "the stack " + stack.name + " in " + stacks_.region() +
                                     " was not made by setup, and stays as it is; choose another "
                                     "name with --stack");
    }
    if (phase == Phase::Ready) return change(stack);
    if (phase != Phase::Busy) return explain(stack);
    with_.tell("waiting for the stack " + stack.name + ", which is in " + stack.status);
    TW_TRY(
        follow(stacks_, stack.id, stacks_.latest_event(stack.id, with_.stop).value_or(""), with_));
    return std::nullopt;
  }

  Round make() {
    with_.tell("making the stack " + order_.name + " in " + stacks_.region());
    const auto id = stacks_.create(order_.name, order_.parameters, with_.stop);
    if (!id) {
      // Somebody was faster, or we were and did not get the answer.
      if (id.error().code == "AlreadyExistsException") return std::nullopt;
      return tl::unexpected(aws::to_error(id.error()));
    }
    return end_of(*id, {}, SetUp::Deed::Made);
  }

  // What was not named stays; a parameter that the template did not have then gets its default.
  Texts parameters_for(const Stack& stack) const {
    Texts parameters = order_.parameters;
    parameters.insert(stack.parameters.begin(), stack.parameters.end());
    return parameters;
  }

  Round change(const Stack& stack) {
    std::string known = stacks_.latest_event(stack.id, with_.stop).value_or("");
    const auto begun = stacks_.update(stack, parameters_for(stack), with_.stop);
    if (!begun) return has_moved(stack) ? Round(std::nullopt) : refused(begun.error());
    if (*begun == Update::NothingToChange) return SetUp{SetUp::Deed::Nothing, stack};
    with_.tell("changing the stack " + stack.name + " in " + stacks_.region());
    return end_of(stack.id, std::move(known), SetUp::Deed::Changed);
  }

  static Round refused(const aws::Failure& failure) {
    return tl::unexpected(aws::to_error(failure));
  }

  // Whether somebody else has begun something with it since we looked.
  bool has_moved(const Stack& stack) {
    const auto now = stacks_.find(stack.id, with_.stop);
    return now && (!*now || (*now)->status != stack.status);
  }

  Round end_of(const std::string& id, std::string known, SetUp::Deed deed) {
    const Ending ending = TW_TRY(follow(stacks_, id, std::move(known), with_));
    if (!is_success(ending.status)) {
      const std::string cause =
          ending.cause.empty() ? "it ended in " + ending.status : ending.cause;
      const bool was_undone =
          ending.status == "DELETE_COMPLETE" || ending.status == "UPDATE_ROLLBACK_COMPLETE";
      return fail(ErrorCode::Io,
                  cause + (was_undone ? "; all of it was undone"
                                      : "; the stack " + order_.name + " " +
                                            explain_status(ending.status, order_.name)));
    }
    auto stack = stacks_.find(id, with_.stop);
    if (!stack) return tl::unexpected(aws::to_error(stack.error()));
    if (!*stack) return std::nullopt;
    return SetUp{deed, **std::move(stack)};
  }

  Round explain(const Stack& stack) {
    const std::string cause = last_cause(stacks_, stack.id, with_.stop);
    return fail(ErrorCode::Io, "the stack " + stack.name + " " +
                                   explain_status(stack.status, stack.name) +
                                   (cause.empty() ? "" : " (" + cause + ")"));
  }

  Stacks& stacks_;
  const SetUpOrder& order_;
  const Attendance& with_;
};

}  // namespace

Result<SetUp> set_up(Stacks& stacks, const SetUpOrder& order, const Attendance& with) {
  return Setting(stacks, order, with).run();
}

}  // namespace trailwarden::deploy
