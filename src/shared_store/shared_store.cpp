#include "shared_store/shared_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "shared_store/transaction.h"

namespace trailwarden::shared_store {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using store::UnixMillis;

// With their cases, actors and messages well below DynamoDB's 100 items.
constexpr std::size_t kEventsAtOnce = 25;
// A unit of work that others keep changing the ground of is tried for so long.
constexpr seconds kWorkMax{20};
constexpr milliseconds kFirstPause{5};

}  // namespace

struct SharedStore::State {
  explicit State(SharedStoreSetup given)
      : setup(std::move(given)), table(setup.table, setup.session, setup.sleep), known(table) {}

  const SharedStoreSetup setup;
  const Table table;
  Known known;
};

SharedStore::SharedStore(SharedStoreSetup setup)
    : state_(std::make_unique<State>(std::move(setup))) {}
SharedStore::~SharedStore() = default;

std::size_t SharedStore::events_at_once() const { return kEventsAtOnce; }

Result<void> SharedStore::transact(const std::function<Result<void>(store::LiveWriter&)>& work) {
  State& state = *state_;
  const UnixSeconds expires = state.setup.now() / 1000 + seconds(state.setup.keep).count();
  const auto until = steady_clock::now() + kWorkMax;
  std::set<Key> repeated;
  for (unsigned attempt = 1;; ++attempt) {
    Transaction transaction({.table = state.table,
                             .known = state.known,
                             .repeated = repeated,
                             .expires = expires,
                             .is_again = attempt > 1});
    auto worked = work(transaction);
    if (!worked) {
      transaction.give_up();
      return worked;
    }
    const auto writes = transaction.writes();
    if (!writes) {
      transaction.give_up();
      return tl::unexpected(writes.error());
    }
    if (writes->empty()) return {};
    const auto refused = state.table.write(*writes);
    if (!refused) {
      transaction.forget();
      return tl::unexpected(refused.error());
    }
    if (refused->empty()) {
      transaction.remember();
      state.known.trim();
      return {};
    }
    std::vector<Key> keys;
    for (const std::size_t place : *refused) keys.push_back((*writes)[place].key);
    repeated.insert(keys.begin(), keys.end());
    TW_TRY(transaction.read_again(keys));
    if (steady_clock::now() > until) {
      return fail(ErrorCode::Io, "others write to the shared store all the time",
                  state.setup.table);
    }
    state.setup.sleep(pause_before(attempt, kFirstPause));
  }
}

Result<std::vector<store::EventRow>> SharedStore::events_of(const store::CaseRow& row,
                                                            std::size_t limit) const {
  std::vector<store::EventRow> rows;
  const auto add = [&](const Item& item) -> Result<bool> {
    store::EventRow event = TW_TRY(event_from_document(item.document));
    if (event.case_id == row.id) rows.push_back(std::move(event));
    return rows.size() < limit;
  };
  TW_TRY(state_->table.query(events_between(row.actor, row.first, row.last), add));
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.time, a.received) < std::tie(b.time, b.received);
  });
  return rows;
}

// One request, for those that came last are mostly close to each other in time.
Result<std::optional<std::vector<store::EventRow>>> SharedStore::events_since(
    std::uint64_t since, const store::CaseRow& row) const {
  const auto latest = state_->known.latest_events(row.id, row.revision);
  auto missing = latest ? latest->since(since) : std::nullopt;
  if (!missing) return std::nullopt;
  std::vector<store::EventRow> rows;
  if (missing->empty()) return rows;
  const auto take = [&](const Item& item) -> Result<bool> {
    if (missing->erase(item.key.sort) != 0) {
      rows.push_back(TW_TRY(event_from_document(item.document)));
    }
    return !missing->empty();
  };
  const EventRange range{actor_key(row.actor).partition, *missing->begin(), *missing->rbegin()};
  TW_TRY(state_->table.query(range, take));
  if (!missing->empty()) return std::nullopt;  // Removed as too old.
  return rows;
}

Result<std::optional<store::CaseRow>> SharedStore::find_case(std::string_view id) const {
  const auto item = TW_TRY(state_->table.get(case_key(id)));
  if (!item) return std::nullopt;
  StoredCase stored = TW_TRY(case_from_document(item->document));
  state_->known.keep(stored);
  return std::move(stored.row);
}

Result<std::optional<store::CaseRow>> SharedStore::case_around(std::string_view actor,
                                                               std::optional<UnixSeconds> time,
                                                               std::int64_t silence,
                                                               std::int64_t length) const {
  const ActorCases cases = TW_TRY(state_->known.read_actor(actor));
  const auto id = cases.around(time, silence, length);
  if (!id) return std::nullopt;
  return find_case(*id);
}

Result<std::optional<UnixMillis>> SharedStore::next_due(std::string_view sink) const {
  Known& known = state_->known;
  std::optional<UnixMillis> next;
  const auto consider = [&](UnixMillis due) { next = std::min(next.value_or(due), due); };
  for (const auto& [key, lane] : known.known_lanes(sink)) consider(*lane.due());
  auto look = known.last_look(sink);
  if (!look) {
    look.emplace();
    TW_TRY(state_->table.due(sink_partition(sink), [&](const DueItem& item) -> Result<bool> {
      look->push_back(item);
      const auto lane = known.known_lane(item.key);
      return lane && lane->version >= item.version;
    }));
  }
  for (const DueItem& item : *look) {
    const auto lane = known.known_lane(item.key);
    if (!lane || lane->version < item.version) consider(item.due);
  }
  return next;
}

Result<std::string> SharedStore::thread_of(std::string_view sink, std::string_view case_id) const {
  // Once there is one it stays, and while we send nobody else does.
  const Key key = lane_key(case_id, sink);
  const auto known = state_->known.known_lane(key);
  if (known && (!known->thread.empty() || state_->known.is_sending(key))) return known->thread;
  return TW_TRY(state_->known.read_lane(key)).thread;
}

Result<std::vector<store::SpendingRow>> SharedStore::spending_since(UnixSeconds minute) const {
  SpendingBook book = TW_TRY(state_->known.read_spending());
  std::erase_if(book.rows, [&](const auto& row) { return row.minute < minute; });
  std::sort(book.rows.begin(), book.rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.minute, a.model) < std::tie(b.minute, b.model);
  });
  return std::move(book.rows);
}

Result<std::optional<store::AnswerRow>> SharedStore::answer(std::string_view shape) const {
  const auto item = TW_TRY(state_->table.get(answer_key(shape)));
  if (!item) return std::nullopt;
  return TW_TRY(answer_from_document(item->document));
}

}  // namespace trailwarden::shared_store
