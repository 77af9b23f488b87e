#include "deploy/operation.h"

#include <algorithm>
#include <utility>

#include "deploy/stack_status.h"

namespace trailwarden::deploy {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{200};
constexpr milliseconds kPauseMax{4000};
constexpr unsigned kUnansweredMax = 10;
constexpr std::string_view kStackType = "AWS::CloudFormation::Stack";

bool is_of_stack(const StackEvent& event) { return event.type == kStackType; }

bool is_failure(const StackEvent& event) { return event.status.ends_with("_FAILED"); }

// One that AWS broke off because another had failed is nobody's fault.
bool is_cause(const StackEvent& event) {
  return is_failure(event) && !is_of_stack(event) && !event.reason.ends_with("cancelled");
}

std::string named(const StackEvent& event) { return event.resource + " (" + event.type + ")"; }

std::string cause_of(const StackEvent& event) {
  std::string_view reason = event.reason.empty() ? event.status : event.reason;
  while (reason.ends_with('.')) reason.remove_suffix(1);
  return named(event) + ": " + std::string(reason);
}

// "made Bucket (AWS::S3::Bucket): trailwarden-bucket-1a2b3c"; empty for steps on the way.
std::string told(const StackEvent& event) {
  if (is_of_stack(event)) return {};
  if (is_failure(event)) return "failed " + cause_of(event);
  const char* deed = event.status == "CREATE_COMPLETE"   ? "made "
                     : event.status == "UPDATE_COMPLETE" ? "changed "
                     : event.status == "DELETE_COMPLETE" ? "removed "
                     : event.status == "DELETE_SKIPPED"  ? "left "
                                                         : nullptr;
  if (deed == nullptr) return {};
  return deed + named(event) + (event.physical.empty() ? "" : ": " + event.physical);
}

// Whether an operation begins with it; what came before belongs to another one.
bool is_beginning(const StackEvent& event) {
  return is_of_stack(event) &&
         (event.status == "CREATE_IN_PROGRESS" || event.status == "UPDATE_IN_PROGRESS" ||
          event.status == "DELETE_IN_PROGRESS" || event.status == "IMPORT_IN_PROGRESS");
}

class Follower {
 public:
  Follower(Stacks& stacks, const std::string& stack_id, std::string known, const Attendance& with)
      : stacks_(stacks), stack_id_(stack_id), known_(std::move(known)), with_(with) {}

  Result<Ending> run() {
    for (milliseconds pause = kFirstPause;; pause = std::min(pause * 2, kPauseMax)) {
      const auto status = look();
      if (!status && ++unanswered_ == kUnansweredMax) return fail_with(status.error());
      if (status) {
        // Asked for behind the status, so that none is missing when it has come to rest.
        tell_events();
        if (phase_of(*status) != Phase::Busy) return Ending{*status, cause_};
      }
      with_.sleep(pause, with_.stop);
      if (with_.stop.stop_requested()) {
        return fail(ErrorCode::Io,
                    "interrupted; AWS goes on with it: the same command shows how it ends");
      }
    }
  }

 private:
  aws::Outcome<std::string> look() {
    const auto stack = stacks_.find(stack_id_, with_.stop);
    if (!stack) return tl::unexpected(stack.error());
    unanswered_ = 0;
    return *stack ? (*stack)->status : "DELETE_COMPLETE";
  }

  static Result<Ending> fail_with(const aws::Failure& failure) {
    Error error = aws::to_error(failure);
    error.message += "; AWS goes on with it: the same command shows how it ends";
    return tl::unexpected(std::move(error));
  }

  void tell_events() {
    const auto events = stacks_.events(stack_id_, known_, with_.stop);
    if (!events) {
      if (!std::exchange(has_told_of_events_, true)) {
        with_.tell("no news of single resources: " + aws::to_string(events.error()));
      }
      return;
    }
    for (const StackEvent& event : *events) {
      if (const std::string line = told(event); !line.empty()) with_.tell(line);
      if (cause_.empty() && is_cause(event)) cause_ = cause_of(event);
      known_ = event.id;
    }
  }

  Stacks& stacks_;
  const std::string& stack_id_;
  std::string known_;
  const Attendance& with_;
  std::string cause_;
  unsigned unanswered_ = 0;
  bool has_told_of_events_ = false;
};

}  // namespace

Result<Ending> follow(Stacks& stacks, const std::string& stack_id, std::string known,
                      const Attendance& with) {
  return Follower(stacks, stack_id, std::move(known), with).run();
}

std::string last_cause(Stacks& stacks, const std::string& stack_id, const std::stop_token& stop) {
  const auto events = stacks.events(stack_id, {}, stop);
  if (!events) return {};
  std::string cause;
  for (const StackEvent& event : *events) {
    if (is_beginning(event)) cause.clear();
    if (cause.empty() && is_cause(event)) cause = cause_of(event);
  }
  return cause;
}

}  // namespace trailwarden::deploy
