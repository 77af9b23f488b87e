// What each status of a stack means to setup and teardown. Source of fact: AWS CloudFormation User
// Guide, "Stack status codes"; tests/deploy/status_test.py holds the table to botocore's list.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace trailwarden::deploy {

enum class Phase : std::uint8_t {
  Busy,     // Something is being done to it; it comes to rest by itself.
  Ready,    // It rests, and can be updated.
  Stuck,    // It rests, and cannot be updated: somebody has to do something first.
  Gone,     // It was deleted.
  Unknown,  // A word that AWS did not have when this was written.
};

struct StackStatus {
  std::string_view word;  // "ROLLBACK_COMPLETE"
  Phase phase;
  std::string_view meaning;  // Stuck: "its creation failed and was undone".
  std::string_view remedy;   // Stuck: what makes it usable; "NAME" stands for the stack.
};

std::span<const StackStatus> stack_statuses();

// Unknown words that end in _IN_PROGRESS are Busy.
Phase phase_of(std::string_view status);

// Of a Stuck or Unknown stack: "is in ROLLBACK_COMPLETE: its creation failed and was undone; …".
std::string explain_status(std::string_view status, std::string_view stack);

// Whether a stack that rests in it has what its last operation was to bring.
bool is_success(std::string_view status);

}  // namespace trailwarden::deploy
