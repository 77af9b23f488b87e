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

std::optional<Verdict> verdict_named(std::string_view name) {
  for (const Verdict verdict : {Verdict::Safe, Verdict::Uncertain, Verdict::Dangerous}) {
    if (name == to_string(verdict)) return verdict;
  }
  return std::nullopt;
}

}  // namespace trailwarden::triage
