// What `trailwarden verify` found, for people and programs.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "integrity/findings.h"

namespace trailwarden::report {

// Raised when a field is renamed or leaves; fields are added without.
inline constexpr int kIntegritySchema = 1;

// Borrowed for the call.
struct IntegrityReport {
  const integrity::Findings& findings;
  std::string_view generator;           // "trailwarden 0.1.0"
  std::span<const std::string> inputs;  // As the user named them.
};

// In 80 columns; the first problems in full, the rest counted.
std::string render_integrity_text(const IntegrityReport& report, bool colours);
// One JSON object, everything in it.
std::string render_integrity_json(const IntegrityReport& report);

}  // namespace trailwarden::report
