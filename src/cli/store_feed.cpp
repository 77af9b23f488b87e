#include "cli/store_feed.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace trailwarden::cli {
namespace {

constexpr std::string_view kPrefix = "store:";
constexpr std::size_t kPage = 500;

// Ids of cases in the order in which they changed last, from now back.
class CaseList {
 public:
  CaseList(const store::Store& store, std::optional<UnixSeconds> since,
           std::optional<UnixSeconds> until)
      : store_(store), since_(since), until_(until) {}

  Result<std::vector<std::string>> all() && {
    const auto begun = TW_TRY(add_back_to(std::numeric_limits<store::UnixMillis>::min()));
    // A case that changes while others are listed is in front again, where nobody looks any more.
    if (begun) TW_TRY(add_back_to(*begun));
    return std::move(ids_);
  }

 private:
  // From the front to the last one changed at `end` or later. Answers when the front one changed.
  Result<std::optional<store::UnixMillis>> add_back_to(store::UnixMillis end) {
    std::optional<store::UnixMillis> front;
    std::optional<store::UnixMillis> before;
    for (std::size_t limit = kPage;;) {
      const auto rows = TW_TRY(store_.latest_cases(limit, before));
      bool is_new = false;
      for (const store::CaseRow& row : rows) {
        if (!front) front = row.updated;
        if (row.updated < end) return front;
        is_new = add(row) || is_new;
      }
      if (rows.size() < limit) return front;
      // Several may have changed in one millisecond: it is looked at again.
      before = rows.back().updated + 1;
      if (!is_new) limit *= 2;
    }
  }

  // False: it was there.
  bool add(const store::CaseRow& row) {
    if (!seen_.insert(row.id).second) return false;
    const bool is_before = since_ && row.last && *row.last < *since_;
    const bool is_behind = until_ && row.first && *row.first >= *until_;
    if (!is_before && !is_behind) ids_.push_back(row.id);
    return true;
  }

  const store::Store& store_;
  const std::optional<UnixSeconds> since_, until_;
  std::set<std::string> seen_;
  std::vector<std::string> ids_;
};

Result<std::unique_ptr<store::Store>> open_store(std::string_view input) {
  return store::Store::open(std::string(input.substr(kPrefix.size())), {.read_only = true});
}

}  // namespace

bool is_store_input(std::string_view input) { return input.starts_with(kPrefix); }

Result<std::unique_ptr<StoreFeed>> StoreFeed::open(std::string_view input,
                                                   std::optional<UnixSeconds> since,
                                                   std::optional<UnixSeconds> until,
                                                   cloudtrail::FeedProgress& progress) {
  auto store = TW_TRY(open_store(input));
  auto cases = TW_TRY(CaseList(*store, since, until).all());
  progress.inputs += cases.size();
  return std::unique_ptr<StoreFeed>(
      new StoreFeed(std::string(input), std::move(store), std::move(cases)));
}

Result<std::optional<cloudtrail::Portion>> StoreFeed::next(const std::stop_token& stop) {
  const std::size_t at = next_++;
  if (stop.stop_requested() || at >= cases_.size()) return std::nullopt;
  const auto rows =
      TW_TRY(store_->events_of_case(cases_[at], std::numeric_limits<std::uint32_t>::max()));
  std::string lines;
  for (const store::EventRow& row : rows) lines.append(row.record).append("\n");
  cloudtrail::Portion portion;
  portion.slice.path = input_ + "#" + cases_[at];
  portion.slice.bytes = lines.size();
  portion.stream = std::make_unique<cloudtrail::TextStream>(std::move(lines));
  return portion;
}

Result<triage::ActivityCounts> counted_in(const std::vector<std::string>& inputs,
                                          std::optional<UnixSeconds> since,
                                          std::optional<UnixSeconds> until) {
  triage::ActivityCounts counts;
  if (!std::all_of(inputs.begin(), inputs.end(), is_store_input)) return counts;
  for (const std::string& input : inputs) {
    const auto store = TW_TRY(open_store(input));
    const auto own = TW_TRY(store->activity(since, until));
    for (const auto& [activity, events] : own) counts[activity] += events;
  }
  return counts;
}

}  // namespace trailwarden::cli
