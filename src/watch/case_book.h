// Which case an event belongs to. Cases that grow are kept in memory, the latest some thousands of
// them; others are built again from the store's events when one more comes.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "store/live_store.h"
#include "triage/growing_case.h"
#include "watch/sighting_json.h"

namespace trailwarden::watch {

struct OpenCase {
  triage::GrowingCase growing;
  store::CaseRow row;
};

// One thread at a time.
class CaseBook {
 public:
  // Everything is borrowed.
  CaseBook(const sigma::RuleSet& rules, const RuleNumbers& numbers, const store::LiveStore& store,
           std::size_t cases_max);

  // Looks up the case that `sighting` may belong to, unless it is known: place() asks nobody.
  Result<void> look_up(const triage::Sighting& sighting);

  // The case of `sighting`, begun if there is none. Nothing was added to it yet. Lent until the
  // next call of look_up() or trim().
  OpenCase& place(const triage::Sighting& sighting);

  // The case of this id, from memory or the store; nullptr: there is none. Lent likewise.
  Result<OpenCase*> find(std::string_view id);

  // What is in memory of the actor's cases is wrong: a transaction failed. They will be looked up
  // again.
  void forget(const std::string& actor);
  // A forgotten case as it was before that: when it is looked up, what others added since is enough
  // to go on with it, as far as the store knows that. Until the next trim().
  void lay_aside(OpenCase before);
  // Forgets the cases that were not asked for the longest, down to the limit.
  void trim();

  // The case with its timeline, from the store; records stay there.
  Result<triage::Case> whole(const store::CaseRow& row) const;

 private:
  struct Actor {
    std::vector<std::unique_ptr<OpenCase>> cases;
    std::list<std::string>::iterator use;  // Its place in uses_.
  };

  Actor& actor(const std::string& name);
  Result<triage::GrowingCase> grown(const store::CaseRow& row, triage::CaseLimits limits) const;
  // Adds what came to the case since it was like this. False: that is not known.
  Result<bool> catch_up(OpenCase& open, const store::CaseRow& row) const;
  // The case of this row, from memory if it is there as it stands in the store.
  Result<OpenCase*> adopt(const store::CaseRow& row);

  const sigma::RuleSet& rules_;
  const RuleNumbers& numbers_;
  const store::LiveStore& store_;
  const std::size_t cases_max_;
  std::size_t cases_ = 0;
  std::unordered_map<std::string, Actor, TextHash, std::equal_to<>> actors_;
  std::list<std::string> uses_;  // Actors, the latest asked for in front.
  std::map<std::string, std::unique_ptr<OpenCase>, std::less<>> aside_;  // By id.
};

}  // namespace trailwarden::watch
