#include "deploy/stack_status.h"

#include <algorithm>
#include <iterator>

namespace trailwarden::deploy {
namespace {

constexpr std::string_view kTearDown =
    "remove what is left with `trailwarden teardown --stack NAME`, then run setup again";

constexpr StackStatus kStatuses[] = {
    {"CREATE_IN_PROGRESS", Phase::Busy, "", ""},
    {"CREATE_FAILED", Phase::Stuck, "its creation failed and was not undone", kTearDown},
    {"CREATE_COMPLETE", Phase::Ready, "", ""},
    {"ROLLBACK_IN_PROGRESS", Phase::Busy, "", ""},
    {"ROLLBACK_FAILED", Phase::Stuck, "its creation failed and could not be undone", kTearDown},
    {"ROLLBACK_COMPLETE", Phase::Stuck, "its creation failed and was undone", kTearDown},
    {"DELETE_IN_PROGRESS", Phase::Busy, "", ""},
    {"DELETE_FAILED", Phase::Stuck, "its deletion failed", kTearDown},
    {"DELETE_COMPLETE", Phase::Gone, "", ""},
    {"UPDATE_IN_PROGRESS", Phase::Busy, "", ""},
    {"UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Phase::Busy, "", ""},
    {"UPDATE_COMPLETE", Phase::Ready, "", ""},
    {"UPDATE_FAILED", Phase::Stuck, "an update failed and was not undone",
     "undo it with `aws cloudformation rollback-stack --stack-name NAME`, then run setup again"},
    {"UPDATE_ROLLBACK_IN_PROGRESS", Phase::Busy, "", ""},
    {"UPDATE_ROLLBACK_FAILED", Phase::Stuck, "an update failed and could not be undone",
     "go on with `aws cloudformation continue-update-rollback --stack-name NAME`, then run setup "
     "again"},
    {"UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", Phase::Busy, "", ""},
    {"UPDATE_ROLLBACK_COMPLETE", Phase::Ready, "", ""},
    {"REVIEW_IN_PROGRESS", Phase::Stuck, "somebody made a change set for it that was never run",
     "run or delete that change set and the stack, or choose another name with --stack"},
    {"IMPORT_IN_PROGRESS", Phase::Busy, "", ""},
    {"IMPORT_COMPLETE", Phase::Ready, "", ""},
    {"IMPORT_ROLLBACK_IN_PROGRESS", Phase::Busy, "", ""},
    {"IMPORT_ROLLBACK_FAILED", Phase::Stuck, "an import failed and could not be undone",
     "ask AWS Support, or choose another name with --stack"},
    {"IMPORT_ROLLBACK_COMPLETE", Phase::Ready, "", ""},
};

const StackStatus* find_status(std::string_view word) {
  const auto* found = std::find_if(std::begin(kStatuses), std::end(kStatuses),
                                   [&](const StackStatus& each) { return each.word == word; });
  return found == std::end(kStatuses) ? nullptr : found;
}

}  // namespace

std::span<const StackStatus> stack_statuses() { return kStatuses; }

Phase phase_of(std::string_view status) {
  if (const StackStatus* known = find_status(status)) return known->phase;
  return status.ends_with("_IN_PROGRESS") ? Phase::Busy : Phase::Unknown;
}

std::string explain_status(std::string_view status, std::string_view stack) {
  std::string text = "is in " + std::string(status);
  const StackStatus* known = find_status(status);
  if (known == nullptr) return text + ", of which nothing is known here";
  std::string remedy(known->remedy);
  if (const auto at = remedy.find("NAME"); at != remedy.npos) remedy.replace(at, 4, stack);
  return text + ": " + std::string(known->meaning) + "; " + remedy;
}

bool is_success(std::string_view status) {
  return phase_of(status) == Phase::Ready && status.find("ROLLBACK") == status.npos;
}

}  // namespace trailwarden::deploy
