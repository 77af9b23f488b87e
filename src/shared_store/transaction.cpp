#include "shared_store/transaction.h"

#include <algorithm>
#include <random>
#include <utility>

namespace trailwarden::shared_store {

using store::OutboxRow;
using store::UnixMillis;

void Transaction::put(const Key& key, std::optional<std::uint64_t> replaces, std::uint64_t version,
                      std::string document) {
  ItemWrite write{.key = key,
                  .replaces = replaces,
                  .version = version,
                  .document = std::move(document),
                  .expires = setup_.expires,
                  .due = {}};
  rows_.insert_or_assign(key, std::move(write));
}

Result<bool> Transaction::add_event(const store::EventRow& event) {
  const Key key = event_key(event.actor, event.time, event.fingerprint);
  if (setup_.repeated.count(key) != 0 || rows_.count(key) != 0) return false;
  put(key, 0, 1, to_document(event));
  came_[event.case_id].push_back(key.sort);
  return true;
}

Result<void> Transaction::put_case(const store::CaseRow& row) {
  if (row.revision == 0) return fail(ErrorCode::Usage, "a case without a revision");
  // Written twice in one transaction: what is replaced is what was there before the first.
  cases_.try_emplace(row.id, ChangedCase{row.revision - 1, row}).first->second.row = row;
  const auto changed = actors_.find(row.actor);
  ActorCases cases =
      changed == actors_.end() ? TW_TRY(setup_.known.actor(row.actor)) : changed->second;
  if (cases.put({row.id, row.first, row.last})) {
    actors_.insert_or_assign(row.actor, std::move(cases));
  }
  return {};
}

// With the events that come to it in this transaction.
StoredCase Transaction::stored(const ChangedCase& changed) const {
  const store::CaseRow& row = changed.row;
  StoredCase stored{
      .row = row,
      .latest = setup_.known.latest_events(row.id, changed.replaces)
                    .value_or(LatestEvents{.behind = changed.replaces, .events = {}})};
  const auto came = came_.find(row.id);
  if (came != came_.end()) stored.latest.add(row.revision, came->second);
  return stored;
}

Result<Lane*> Transaction::lane(std::string_view case_id, std::string_view sink) {
  const Key key = lane_key(case_id, sink);
  const auto changed = lanes_.find(key);
  if (changed != lanes_.end()) return &changed->second;
  return &lanes_.emplace(key, TW_TRY(setup_.known.lane(case_id, sink))).first->second;
}

Result<bool> Transaction::enqueue(const OutboxRow& message) {
  return TW_TRY(lane(message.case_id, message.sink))->enqueue(message);
}

Result<void> Transaction::enqueue_or_replace(const OutboxRow& message) {
  TW_TRY(lane(message.case_id, message.sink))->enqueue_or_replace(message);
  return {};
}

Transaction::DueLanes Transaction::known_to_be_due(std::string_view sink, UnixMillis now) const {
  DueLanes due;
  const auto consider = [&](const Key& key, const Lane& lane) {
    due.erase(key);
    if (lane.sink == sink && lane.due() && *lane.due() <= now) due.emplace(key, *lane.due());
  };
  for (const auto& [key, lane] : setup_.known.known_lanes(sink)) consider(key, lane);
  for (const auto& [key, lane] : lanes_) consider(key, lane);
  return due;
}

// Asks the index for lanes that others left, until `limit` are due.
Result<void> Transaction::look(std::string_view sink, UnixMillis now, std::size_t limit,
                               DueLanes& due) {
  std::vector<DueItem> seen;
  const auto consider = [&](const DueItem& item) -> Result<bool> {
    seen.push_back(item);
    if (item.due > now) return false;
    const auto known = setup_.known.known_lane(item.key);
    if (lanes_.count(item.key) != 0 || (known && known->version >= item.version)) return true;
    const Lane lane = TW_TRY(setup_.known.read_lane(item.key));
    if (lane.due() && *lane.due() <= now) due.emplace(item.key, *lane.due());
    return due.size() < limit;
  };
  TW_TRY(setup_.table.due(sink_partition(sink), consider));
  setup_.known.looked(sink, std::move(seen));
  return {};
}

Result<std::vector<OutboxRow>> Transaction::claim(std::string_view sink, UnixMillis now,
                                                  std::size_t limit) {
  DueLanes due = known_to_be_due(sink, now);
  if (due.size() < limit) TW_TRY(look(sink, now, limit, due));
  std::vector<std::pair<UnixMillis, Key>> in_order;
  for (const auto& [key, when] : due) in_order.emplace_back(when, key);
  std::sort(in_order.begin(), in_order.end());
  if (setup_.is_again) std::shuffle(in_order.begin(), in_order.end(), std::random_device{});
  std::vector<OutboxRow> rows;
  for (const auto& [when, key] : in_order) {
    if (rows.size() == limit) break;
    rows.push_back(TW_TRY(begin(key, now)));
  }
  return rows;
}

Result<OutboxRow> Transaction::begin(const Key& key, UnixMillis now) {
  Lane* changed = lane(key);
  if (changed == nullptr) return fail(ErrorCode::Io, "a message of the outbox is gone");
  OutboxRow row = changed->begin(now);
  row.id = setup_.known.begun({key, row.id, row.attempts + 1});
  begun_.push_back(row.id);
  return row;
}

// A lane that is known, to be changed; nullptr: it is not known any more.
Lane* Transaction::lane(const Key& key) {
  const auto changed = lanes_.find(key);
  if (changed != lanes_.end()) return &changed->second;
  auto known = setup_.known.known_lane(key);
  return known ? &lanes_.emplace(key, *std::move(known)).first->second : nullptr;
}

// The message of an attempt that comes to its end.
Result<Transaction::Ended> Transaction::end(std::int64_t message) {
  const auto attempt = setup_.known.attempt(message);
  if (attempt) {
    if (lane(attempt->lane) == nullptr) TW_TRY(setup_.known.read_lane(attempt->lane));
    Lane* changed = lane(attempt->lane);
    OutboxRow* row =
        changed == nullptr ? nullptr : changed->being_sent(attempt->message, attempt->number);
    if (row != nullptr) {
      ended_.push_back(message);
      return Ended{changed, row};
    }
    setup_.known.ended(message);  // Somebody else's by now.
  }
  return fail(ErrorCode::Usage, "message " + std::to_string(message) + " is not being sent");
}

Result<void> Transaction::mark_sent(std::int64_t message, std::string_view reference, UnixMillis) {
  const Ended ended = TW_TRY(end(message));
  ended.lane->mark_sent(ended.message->id, reference);
  return {};
}

Result<void> Transaction::postpone(std::int64_t message, std::string_view reason, UnixMillis due) {
  OutboxRow& row = *TW_TRY(end(message)).message;
  row.state = store::OutboxState::Pending;
  row.reason = reason;
  row.due = due;
  return {};
}

Result<void> Transaction::leave_in_doubt(std::int64_t message, std::string_view reason,
                                         UnixMillis due) {
  OutboxRow& row = *TW_TRY(end(message)).message;
  row.reason = reason;
  row.due = due;
  return {};
}

Result<void> Transaction::bury(std::int64_t message, std::string_view reason) {
  const Ended ended = TW_TRY(end(message));
  ended.lane->bury(ended.message->id, reason);
  return {};
}

Result<void> Transaction::add_spending(const store::SpendingRow& spent) {
  if (!spending_) spending_ = TW_TRY(setup_.known.spending());
  spending_->add(spent);
  return {};
}

Result<void> Transaction::put_answer(const store::AnswerRow& answer) {
  put(answer_key(answer.shape), std::nullopt, 1, TW_TRY(to_document(answer)));
  return {};
}

Result<std::vector<ItemWrite>> Transaction::writes() const {
  std::vector<ItemWrite> all;
  for (const auto& [key, write] : rows_) all.push_back(write);
  const auto add = [&](const Key& key, std::uint64_t version, std::string document) {
    return &all.emplace_back(ItemWrite{.key = key,
                                       .replaces = version,
                                       .version = version + 1,
                                       .document = std::move(document),
                                       .expires = setup_.expires,
                                       .due = {}});
  };
  for (const auto& [id, changed] : cases_) {
    std::string document = TW_TRY(to_document(stored(changed)));
    add(case_key(id), changed.replaces, std::move(document))->version = changed.row.revision;
  }
  for (const auto& [name, cases] : actors_) add(actor_key(name), cases.version, to_document(cases));
  if (spending_) add(spending_key(), spending_->version, to_document(*spending_));
  for (const auto& [key, lane] : lanes_) {
    ItemWrite* write = add(key, lane.version, to_document(lane));
    if (lane.due()) write->due.emplace(sink_partition(lane.sink), *lane.due());
  }
  return all;
}

void Transaction::remember() {
  for (const auto& [id, changed] : cases_) setup_.known.keep(stored(changed));
  for (auto& [key, lane] : lanes_) {
    ++lane.version;
    setup_.known.keep(key, std::move(lane));
  }
  for (auto& [name, cases] : actors_) {
    ++cases.version;
    setup_.known.keep(std::move(cases));
  }
  if (spending_) {
    ++spending_->version;
    setup_.known.keep(*std::move(spending_));
  }
  for (const std::int64_t id : ended_) setup_.known.ended(id);
}

Result<void> Transaction::read_again(const std::vector<Key>& refused) {
  give_up();
  for (const Key& key : refused) {
    // Not left to the index, which may be behind: a message of ours could stay there.
    if (lanes_.count(key) != 0) TW_TRY(setup_.known.read_lane(key));
    if (key == spending_key()) setup_.known.forget_spending();
    for (const auto& [name, cases] : actors_) {
      if (key == actor_key(name)) setup_.known.forget_actor(name);
    }
  }
  return {};
}

void Transaction::forget() {
  give_up();
  for (const auto& [key, lane] : lanes_) setup_.known.forget_lane(key);
  for (const auto& [name, cases] : actors_) setup_.known.forget_actor(name);
  if (spending_) setup_.known.forget_spending();
}

void Transaction::give_up() {
  for (const std::int64_t id : begun_) setup_.known.ended(id);
}

}  // namespace trailwarden::shared_store
