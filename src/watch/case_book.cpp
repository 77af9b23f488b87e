#include "watch/case_book.h"

#include <algorithm>
#include <utility>

namespace trailwarden::watch {
namespace {

// A case is rebuilt from so many events: more change its counts, hardly its verdict.
constexpr std::size_t kRebuiltEventsMax = 20'000;

// Cases in memory need no timeline: their events are in the store.
triage::CaseLimits limits_in_memory() {
  triage::CaseLimits limits;
  limits.timeline_max = 0;
  return limits;
}

}  // namespace

CaseBook::CaseBook(const sigma::RuleSet& rules, const RuleNumbers& numbers,
                   const store::LiveStore& store, std::size_t cases_max)
    : rules_(rules), numbers_(numbers), store_(store), cases_max_(cases_max) {}

CaseBook::Actor& CaseBook::actor(const std::string& name) {
  const auto [known, is_new] = actors_.try_emplace(name);
  if (is_new) {
    known->second.use = uses_.insert(uses_.begin(), name);
  } else {
    uses_.splice(uses_.begin(), uses_, known->second.use);
  }
  return known->second;
}

Result<triage::GrowingCase> CaseBook::grown(const store::CaseRow& row,
                                            triage::CaseLimits limits) const {
  std::vector<triage::Sighting> sightings;
  for (const store::EventRow& event : TW_TRY(store_.events_of(row, kRebuiltEventsMax))) {
    sightings.push_back(TW_TRY(sighting_from_json(event.sighting, numbers_)));
  }
  triage::Sighting nothing;
  nothing.actor = row.actor;
  nothing.account = row.account;
  triage::GrowingCase growing(rules_, limits, sightings.empty() ? nothing : sightings.front(),
                              row.id);
  for (triage::Sighting& sighting : sightings) growing.add(std::move(sighting));
  return growing;
}

Result<bool> CaseBook::catch_up(OpenCase& open, const store::CaseRow& row) const {
  if (open.row.revision == row.revision) return true;
  const auto came = TW_TRY(store_.events_since(open.row.revision, row));
  if (!came) return false;
  for (const store::EventRow& event : *came) {
    open.growing.add(TW_TRY(sighting_from_json(event.sighting, numbers_)));
  }
  open.row = row;
  return open.growing.events() == row.events;
}

Result<OpenCase*> CaseBook::adopt(const store::CaseRow& row) {
  Actor& owner = actor(row.actor);
  const auto is_it = [&](const auto& open) { return open->row.id == row.id; };
  const auto known = std::find_if(owner.cases.begin(), owner.cases.end(), is_it);
  std::unique_ptr<OpenCase> open;
  if (known != owner.cases.end()) {
    if ((*known)->row.revision == row.revision) return known->get();
    open = std::move(*known);  // Somebody who shares the store went on with it.
    owner.cases.erase(known);
    --cases_;
  } else if (const auto aside = aside_.find(row.id); aside != aside_.end()) {
    open = std::move(aside->second);
    aside_.erase(aside);
  }
  if (!open || !TW_TRY(catch_up(*open, row))) {
    auto growing = TW_TRY(grown(row, limits_in_memory()));
    open = std::make_unique<OpenCase>(OpenCase{std::move(growing), row});
  }
  owner.cases.push_back(std::move(open));
  ++cases_;
  return owner.cases.back().get();
}

Result<void> CaseBook::look_up(const triage::Sighting& sighting) {
  const Actor& owner = actor(sighting.actor);
  const auto takes = [&](const auto& open) { return open->growing.takes(sighting); };
  if (std::any_of(owner.cases.begin(), owner.cases.end(), takes)) return {};
  const triage::CaseLimits limits;
  const auto row = TW_TRY(store_.case_around(sighting.actor, sighting.time, limits.silence.count(),
                                             limits.length.count()));
  if (row) TW_TRY(adopt(*row));
  return {};
}

OpenCase& CaseBook::place(const triage::Sighting& sighting) {
  Actor& owner = actor(sighting.actor);
  for (const auto& open : owner.cases) {
    if (open->growing.takes(sighting)) return *open;
  }
  store::CaseRow row;
  row.id = triage::case_id(sighting);
  row.actor = sighting.actor;
  row.account = sighting.account;
  triage::GrowingCase growing(rules_, limits_in_memory(), sighting, row.id);
  owner.cases.push_back(std::make_unique<OpenCase>(OpenCase{std::move(growing), std::move(row)}));
  ++cases_;
  return *owner.cases.back();
}

Result<OpenCase*> CaseBook::find(std::string_view id) {
  const auto row = TW_TRY(store_.find_case(id));
  if (!row) return nullptr;
  return adopt(*row);
}

void CaseBook::forget(const std::string& actor) {
  const auto known = actors_.find(actor);
  if (known == actors_.end()) return;
  cases_ -= known->second.cases.size();
  uses_.erase(known->second.use);
  actors_.erase(known);
}

void CaseBook::lay_aside(OpenCase before) {
  std::string id = before.row.id;
  aside_.insert_or_assign(std::move(id), std::make_unique<OpenCase>(std::move(before)));
}

void CaseBook::trim() {
  aside_.clear();
  while (actors_.size() > cases_max_ || (cases_ > cases_max_ && actors_.size() > 1)) {
    forget(std::string(uses_.back()));
  }
}

Result<triage::Case> CaseBook::whole(const store::CaseRow& row) const {
  auto growing = TW_TRY(grown(row, triage::CaseLimits{}));
  return std::move(growing).finish();
}

}  // namespace trailwarden::watch
