#include "triage/case.h"

#include <utility>

#include "triage/growing_case.h"

namespace trailwarden::triage {

struct CaseBuilder::Open {
  void close();

  const sigma::RuleSet& rules;
  CaseLimits limits;
  Finish finish;
  std::optional<GrowingCase> growing{};
  std::uint64_t quiet = 0;
};

void CaseBuilder::Open::close() {
  if (!growing) return;
  if (verdict_of(growing->risk()) == Verdict::Safe) {
    ++quiet;
  } else {
    finish(std::move(*growing).finish());
  }
  growing.reset();
}

CaseBuilder::CaseBuilder(const sigma::RuleSet& rules, CaseLimits limits, Finish finish)
    : open_(new Open{.rules = rules, .limits = limits, .finish = std::move(finish)}) {}

CaseBuilder::~CaseBuilder() = default;

const std::string& CaseBuilder::add(Sighting sighting) {
  if (!open_->growing || !open_->growing->takes(sighting)) {
    open_->close();
    open_->growing.emplace(open_->rules, open_->limits, sighting, case_id(sighting));
  }
  open_->growing->add(std::move(sighting));
  return open_->growing->id();
}

void CaseBuilder::flush() { open_->close(); }

std::uint64_t CaseBuilder::quiet_cases() const { return open_->quiet; }

}  // namespace trailwarden::triage
