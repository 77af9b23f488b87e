#include "publish/messages.h"

#include <algorithm>
#include <optional>

#include "base/hash.h"
#include "base/hex.h"
#include "watch/dispatcher.h"

namespace trailwarden::publish {
namespace {

using std::chrono::milliseconds;
using store::OutboxRow;
using store::OutboxState;
using store::UnixMillis;

// A digest has one message a sink.
constexpr std::size_t kMessagesMax = 1'000;

// Somebody mended what made a sink refuse them, or wants to see whether somebody did.
Result<void> revive_dead(const SendSetup& setup) {
  const auto dead = TW_TRY(setup.store.messages(OutboxState::Dead, kMessagesMax));
  return setup.store.write([&](store::Writer& to) -> Result<void> {
    for (const OutboxRow& message : dead) TW_TRY(to.revive(message.id, setup.now()));
    return {};
  });
}

// When the next message will be due; nothing where none waits.
Result<std::optional<UnixMillis>> next_due(const SendSetup& setup) {
  std::optional<UnixMillis> next;
  for (const auto& sink : setup.sinks) {
    const auto due = TW_TRY(setup.store.next_due(sink->name()));
    if (due) next = std::min(next.value_or(*due), *due);
  }
  return next;
}

Result<std::vector<Unsent>> unsent(const store::Store& store) {
  std::vector<Unsent> list;
  for (const OutboxState state : {OutboxState::Pending, OutboxState::Sending, OutboxState::Dead}) {
    for (const OutboxRow& message : TW_TRY(store.messages(state, kMessagesMax))) {
      list.push_back({message.sink, message.reason.empty() ? "not yet sent" : message.reason});
    }
  }
  return list;
}

}  // namespace

Result<std::size_t> enqueue(const sink::Notice& digest, const Sinks& sinks, UnixMillis now,
                            store::Writer& to) {
  OutboxRow message;
  message.case_id = digest.case_id;
  message.kind = to_string(digest.kind);
  message.notice = to_json(digest);
  message.created = now;
  message.due = now;
  std::size_t wanted = 0;
  for (const auto& sink : sinks) {
    if (!sink->wants(digest)) continue;
    ++wanted;
    message.sink = sink->name();
    message.key = digest.case_id + "-" + to_hex(hash64(message.sink)).substr(8);
    TW_TRY(to.enqueue(message));
  }
  return wanted;
}

Result<std::vector<Unsent>> send_all(const SendSetup& setup, const std::stop_token& stop) {
  TW_TRY(revive_dead(setup));
  watch::Metrics metrics;
  // What is not sent is told once, at the end.
  watch::Log silent(watch::LogForm::Text, setup.now, [](std::string_view) {});
  std::vector<std::unique_ptr<watch::Dispatcher>> dispatchers;
  for (const auto& sink : setup.sinks) {
    dispatchers.push_back(
        std::make_unique<watch::Dispatcher>(watch::DispatcherSetup{.store = setup.store,
                                                                   .sink = *sink,
                                                                   .metrics = metrics,
                                                                   .log = silent,
                                                                   .now = setup.now,
                                                                   .chance = [] { return 0.0; }}));
  }
  const UnixMillis end = setup.now() + setup.patience.count();
  while (!stop.stop_requested()) {
    for (const auto& dispatcher : dispatchers) TW_TRY(dispatcher->drain(stop));
    const auto next = TW_TRY(next_due(setup));
    if (!next || *next > end) break;
    setup.sleep(milliseconds(std::max<UnixMillis>(*next - setup.now(), 1)), stop);
  }
  return unsent(setup.store);
}

}  // namespace trailwarden::publish
