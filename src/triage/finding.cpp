#include "triage/finding.h"

namespace trailwarden::triage {

std::string_view to_string(FindingKind kind) {
  switch (kind) {
    case FindingKind::Rule:
      return "rule";
    case FindingKind::Anomaly:
      return "anomaly";
    case FindingKind::Sequence:
      return "sequence";
    case FindingKind::Analyst:
      return "analyst";
  }
  return "";
}

}  // namespace trailwarden::triage
