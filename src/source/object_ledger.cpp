#include "source/object_ledger.h"

#include <algorithm>

namespace trailwarden::source {
namespace {

constexpr std::chrono::minutes kFirstPause{1};
constexpr std::chrono::minutes kPauseMax{60};
constexpr UnixSeconds kTroubleMax = 86'400;

std::chrono::seconds pause_after(unsigned failures) {
  return std::min(kFirstPause * (1U << std::min(failures - 1, 10U)), kPauseMax);
}

}  // namespace

ObjectLedger::ObjectLedger(std::span<const ReadObject> read) {
  objects_.reserve(read.size());
  for (const ReadObject& object : read) objects_.emplace(object.id, Entry{object.day, State::Done});
}

ObjectLedger::Entry* ObjectLedger::find(std::uint64_t id) {
  const auto found = objects_.find(id);
  return found == objects_.end() ? nullptr : &found->second;
}

bool ObjectLedger::take_up(const ReadObject& object, UnixSeconds now) {
  const auto [entry, is_new] = objects_.try_emplace(object.id, Entry{object.day, State::TakenUp});
  if (is_new) return true;
  if (entry->second.state != State::InTrouble || troubles_.at(object.id).again_at > now) {
    return false;
  }
  entry->second.state = State::TakenUp;
  return true;
}

ReadObject ObjectLedger::hand_out(std::uint64_t id) {
  Entry& entry = objects_.at(id);
  entry.state = State::HandedOut;
  ++handed_out_;
  return {id, entry.day};
}

void ObjectLedger::done(std::uint64_t id) {
  Entry* const entry = find(id);
  if (entry == nullptr || entry->state != State::HandedOut) return;
  entry->state = State::Done;
  --handed_out_;
  troubles_.erase(id);
}

std::chrono::seconds ObjectLedger::failed(std::uint64_t id, UnixSeconds now) {
  Entry& entry = objects_.at(id);
  if (entry.state == State::HandedOut) --handed_out_;
  entry.state = State::InTrouble;
  Trouble& trouble = troubles_.try_emplace(id, Trouble{.since = now}).first->second;
  const std::chrono::seconds pause = pause_after(++trouble.failures);
  trouble.again_at = now + pause.count();
  return pause;
}

void ObjectLedger::drop_unfetched() {
  boost::unordered::erase_if(objects_, [&](auto& object) {
    if (object.second.state != State::TakenUp) return false;
    if (!troubles_.contains(object.first)) return true;
    object.second.state = State::InTrouble;
    return false;
  });
}

std::size_t ObjectLedger::give_up_old(UnixSeconds now) {
  return std::erase_if(troubles_, [&](const auto& trouble) {
    Entry& entry = objects_.at(trouble.first);
    if (entry.state != State::InTrouble || trouble.second.since + kTroubleMax > now) return false;
    entry.state = State::Done;
    return true;
  });
}

std::optional<std::chrono::sys_days> ObjectLedger::first_day_in_trouble() const {
  std::optional<std::chrono::sys_days> first;
  for (const auto& [id, trouble] : troubles_) {
    const std::chrono::sys_days day = objects_.at(id).day;
    if (!first || day < *first) first = day;
  }
  return first;
}

void ObjectLedger::forget_before(std::chrono::sys_days day) {
  boost::unordered::erase_if(objects_, [&](const auto& object) {
    return object.second.state == State::Done && object.second.day < day;
  });
}

}  // namespace trailwarden::source
