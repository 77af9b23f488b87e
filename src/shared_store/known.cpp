#include "shared_store/known.h"

#include <algorithm>
#include <utility>

namespace trailwarden::shared_store {
namespace {

// Of each kind; some kilobytes each.
constexpr std::size_t kKnownMax = 2'000;
// The index is asked again behind so long.
constexpr std::chrono::seconds kLookLasts{1};

}  // namespace

Result<Lane> Known::lane(std::string_view case_id, std::string_view sink) {
  const Key key = lane_key(case_id, sink);
  if (auto known = known_lane(key)) return *std::move(known);
  Lane lane = TW_TRY(read_lane(key));
  lane.case_id = case_id;
  lane.sink = sink;
  return lane;
}

Result<Lane> Known::read_lane(const Key& key) {
  const auto item = TW_TRY(table_.get(key));
  if (!item) {
    forget_lane(key);
    return Lane();
  }
  Lane lane = TW_TRY(lane_from_document(item->document, item->version));
  keep(key, lane);
  return lane;
}

Result<ActorCases> Known::actor(std::string_view actor) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = actors_.find(actor);
    if (known != actors_.end()) return known->second;
  }
  return read_actor(actor);
}

Result<ActorCases> Known::read_actor(std::string_view actor) {
  const auto item = TW_TRY(table_.get(actor_key(actor)));
  ActorCases cases;
  if (item) cases = TW_TRY(actor_from_document(item->document, item->version));
  cases.actor = actor;
  keep(cases);
  return cases;
}

Result<SpendingBook> Known::spending() {
  {
    const std::lock_guard lock(mutex_);
    if (spending_) return *spending_;
  }
  return read_spending();
}

Result<SpendingBook> Known::read_spending() {
  const auto item = TW_TRY(table_.get(spending_key()));
  SpendingBook book;
  if (item) book = TW_TRY(spending_from_document(item->document, item->version));
  keep(book);
  return book;
}

std::optional<LatestEvents> Known::latest_events(std::string_view case_id,
                                                 std::uint64_t revision) const {
  const std::lock_guard lock(mutex_);
  const auto known = cases_.find(case_id);
  const bool is_it = known != cases_.end() && known->second.first == revision;
  return is_it ? std::optional(known->second.second) : std::nullopt;
}

void Known::keep(const StoredCase& stored) {
  const std::lock_guard lock(mutex_);
  cases_.insert_or_assign(stored.row.id, std::pair(stored.row.revision, stored.latest));
}

std::optional<Lane> Known::known_lane(const Key& key) const {
  const std::lock_guard lock(mutex_);
  const auto known = lanes_.find(key);
  return known == lanes_.end() ? std::nullopt : std::optional(known->second);
}

std::vector<std::pair<Key, Lane>> Known::known_lanes(std::string_view sink) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<Key, Lane>> found;
  for (const auto& [key, lane] : lanes_) {
    if (lane.sink == sink && !lane.open.empty()) found.emplace_back(key, lane);
  }
  return found;
}

void Known::keep(const Key& key, Lane lane) {
  const std::lock_guard lock(mutex_);
  lanes_.insert_or_assign(key, std::move(lane));
}

void Known::keep(ActorCases cases) {
  const std::lock_guard lock(mutex_);
  std::string actor = cases.actor;
  actors_.insert_or_assign(std::move(actor), std::move(cases));
}

void Known::keep(SpendingBook book) {
  const std::lock_guard lock(mutex_);
  spending_ = std::move(book);
}

void Known::forget_lane(const Key& key) {
  const std::lock_guard lock(mutex_);
  lanes_.erase(key);
}

void Known::forget_actor(const std::string& actor) {
  const std::lock_guard lock(mutex_);
  actors_.erase(actor);
}

void Known::forget_spending() {
  const std::lock_guard lock(mutex_);
  spending_.reset();
}

void Known::trim() {
  const std::lock_guard lock(mutex_);
  if (lanes_.size() > kKnownMax) lanes_.clear();
  if (actors_.size() > kKnownMax) actors_.clear();
  if (cases_.size() > kKnownMax) cases_.clear();
}

void Known::looked(std::string_view sink, std::vector<DueItem> items) {
  const std::lock_guard lock(mutex_);
  looks_.insert_or_assign(std::string(sink),
                          Look{std::chrono::steady_clock::now(), std::move(items)});
}

std::optional<std::vector<DueItem>> Known::last_look(std::string_view sink) const {
  const std::lock_guard lock(mutex_);
  const auto look = looks_.find(sink);
  const bool is_fresh =
      look != looks_.end() && std::chrono::steady_clock::now() - look->second.at < kLookLasts;
  return is_fresh ? std::optional(look->second.items) : std::nullopt;
}

std::int64_t Known::begun(Attempt attempt) {
  const std::lock_guard lock(mutex_);
  attempts_.emplace(++last_attempt_, std::move(attempt));
  return last_attempt_;
}

std::optional<Attempt> Known::attempt(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto known = attempts_.find(id);
  return known == attempts_.end() ? std::nullopt : std::optional(known->second);
}

bool Known::is_sending(const Key& lane) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(attempts_.begin(), attempts_.end(),
                     [&](const auto& each) { return each.second.lane == lane; });
}

void Known::ended(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  attempts_.erase(id);
}

}  // namespace trailwarden::shared_store
