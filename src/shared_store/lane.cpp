#include "shared_store/lane.h"

#include <algorithm>
#include <utility>

#include "shared_store/fields.h"

namespace trailwarden::shared_store {
namespace {

using store::OutboxRow;
using store::OutboxState;
using store::UnixMillis;

constexpr UnixMillis kAttemptMaxMs = std::chrono::milliseconds(store::kAttemptMax).count();
// A notice is some kilobytes, an item at most 400 of them.
constexpr std::size_t kOpenMax = 40;
constexpr std::size_t kDeadMax = 10;
// A case's version lets nobody add a message twice; its key is looked for all the same.
constexpr std::size_t kKeysMax = 100;

void write_message(FieldWriter& to, const OutboxRow& row) {
  to.number(row.id).text(row.key).text(row.kind).text(row.notice);
  to.number(static_cast<std::int64_t>(row.state)).number(row.attempts);
  to.number(row.created).number(row.due).optional(row.first_tried).optional(row.tried);
  to.text(row.reason);
}

OutboxRow read_message(FieldReader& from, const Lane& lane) {
  OutboxRow row;
  row.case_id = lane.case_id;
  row.sink = lane.sink;
  row.id = from.number();
  row.key = from.text();
  row.kind = from.text();
  row.notice = from.text();
  row.state = static_cast<OutboxState>(std::clamp<std::int64_t>(from.number(), 0, 3));
  row.attempts = static_cast<std::uint32_t>(from.number());
  row.created = from.number();
  row.due = from.number();
  row.first_tried = from.optional();
  row.tried = from.optional();
  row.reason = from.text();
  return row;
}

void write_messages(FieldWriter& to, const std::vector<OutboxRow>& rows) {
  to.number(static_cast<std::int64_t>(rows.size()));
  for (const OutboxRow& row : rows) write_message(to, row);
}

void read_messages(FieldReader& from, const Lane& lane, std::vector<OutboxRow>& rows) {
  for (std::size_t left = from.count(); left > 0; --left) {
    rows.push_back(read_message(from, lane));
  }
}

template <class T>
void keep_latest(std::vector<T>& all, std::size_t most) {
  if (all.size() > most) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most));
}

}  // namespace

std::optional<UnixMillis> Lane::due() const {
  return open.empty() ? std::nullopt : std::optional(open.front().due);
}

bool Lane::knows(std::string_view key) const {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

void Lane::add(const OutboxRow& message) {
  OutboxRow& row = open.emplace_back(message);
  row.id = ++last_id;
  row.state = OutboxState::Pending;
  row.attempts = 0;
  keys.push_back(row.key);
  keep_latest(keys, kKeysMax);
}

std::optional<std::size_t> Lane::pending_of_kind(std::string_view kind) const {
  for (std::size_t i = open.size(); i-- > 0;) {
    if (open[i].state == OutboxState::Pending && open[i].kind == kind) return i;
  }
  return std::nullopt;
}

// Its time and key stay.
void Lane::replace(std::size_t place, const OutboxRow& message) {
  OutboxRow row = message;
  row.key = open[place].key;
  row.created = open[place].created;
  row.due = open[place].due;
  open.erase(open.begin() + static_cast<std::ptrdiff_t>(place));
  std::erase(keys, row.key);
  add(row);
}

bool Lane::enqueue(const OutboxRow& message) {
  if (knows(message.key)) return false;
  const auto place =
      open.size() < kOpenMax ? std::optional<std::size_t>() : pending_of_kind(message.kind);
  place ? replace(*place, message) : add(message);
  return true;
}

void Lane::enqueue_or_replace(const OutboxRow& message) {
  if (knows(message.key)) return;
  const auto place = pending_of_kind(message.kind);
  place ? replace(*place, message) : add(message);
}

OutboxRow Lane::begin(UnixMillis now) {
  OutboxRow& first = open.front();
  OutboxRow before = first;
  first.state = OutboxState::Sending;
  ++first.attempts;
  if (!first.first_tried) first.first_tried = now;
  first.tried = now;
  first.due = now + kAttemptMaxMs;
  return before;
}

OutboxRow* Lane::being_sent(std::int64_t id, std::uint32_t attempt) {
  const auto found =
      std::find_if(open.begin(), open.end(), [&](const OutboxRow& row) { return row.id == id; });
  const bool is_it =
      found != open.end() && found->state == OutboxState::Sending && found->attempts == attempt;
  return is_it ? &*found : nullptr;
}

OutboxRow Lane::take(std::int64_t id) {
  const auto found =
      std::find_if(open.begin(), open.end(), [&](const OutboxRow& row) { return row.id == id; });
  OutboxRow row = std::move(*found);
  open.erase(found);
  return row;
}

void Lane::mark_sent(std::int64_t id, std::string_view reference) {
  take(id);
  if (thread.empty()) thread = reference;
}

void Lane::bury(std::int64_t id, std::string_view reason) {
  OutboxRow row = take(id);
  row.state = OutboxState::Dead;
  row.reason = reason;
  dead.push_back(std::move(row));
  keep_latest(dead, kDeadMax);
}

std::string to_document(const Lane& lane) {
  FieldWriter to;
  to.text(lane.case_id).text(lane.sink).text(lane.thread).number(lane.last_id);
  write_messages(to, lane.open);
  write_messages(to, lane.dead);
  to.number(static_cast<std::int64_t>(lane.keys.size()));
  for (const std::string& key : lane.keys) to.text(key);
  return to.packed();
}

Result<Lane> lane_from_document(std::string_view document, std::uint64_t version) {
  FieldReader from = TW_TRY(FieldReader::unpack(document));
  Lane lane;
  lane.version = version;
  lane.case_id = from.text();
  lane.sink = from.text();
  lane.thread = from.text();
  lane.last_id = from.number();
  read_messages(from, lane, lane.open);
  read_messages(from, lane, lane.dead);
  for (std::size_t left = from.count(); left > 0; --left) lane.keys.push_back(from.text());
  TW_TRY(from.finish());
  return lane;
}

}  // namespace trailwarden::shared_store
