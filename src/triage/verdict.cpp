#include "triage/verdict.h"

namespace trailwarden::triage {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::Safe:
      return "safe";
    case Verdict::Uncertain:
      return "uncertain";
    case Verdict::Dangerous:
      return "dangerous";
  }
  return "";
}

}  // namespace trailwarden::triage
