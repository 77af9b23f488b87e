#include "watch/dispatcher.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace trailwarden::watch {
namespace {

using std::chrono::milliseconds;
using store::LiveWriter;
using store::OutboxRow;
using store::OutboxState;
using store::UnixMillis;

constexpr milliseconds kAfterStoreFailure{1'000};
// Somebody else may revive a dead letter: `trailwarden store retry`.
constexpr milliseconds kLookEvery{30'000};

bool is_first_word(const OutboxRow& message) {
  return message.kind == to_string(sink::NoticeKind::Opened);
}

}  // namespace

milliseconds pause_behind(const DispatchLimits& limits, std::uint32_t attempts, double chance) {
  const std::uint32_t doublings = std::min<std::uint32_t>(attempts == 0 ? 0 : attempts - 1, 20);
  const milliseconds doubled = limits.first_pause * (milliseconds::rep{1} << doublings);
  const milliseconds pause = std::min(doubled, limits.longest_pause);
  return pause + milliseconds(static_cast<milliseconds::rep>(static_cast<double>(pause.count()) *
                                                             chance / 2));
}

Dispatcher::Dispatcher(DispatcherSetup setup)
    : setup_(std::move(setup)), metrics_(setup_.metrics.of_sink(setup_.sink.name())) {}

void Dispatcher::run(const std::stop_token& stop, const std::stop_token& cut_off) {
  while (!stop.stop_requested()) {
    const std::uint64_t rings = bell_.rings();
    const auto next = send_due(stop, cut_off);
    if (!next) setup_.log.note(setup_.sink.name() + ": " + to_string(next.error()));
    milliseconds pause = next ? kLookEvery : kAfterStoreFailure;
    if (next && *next) pause = std::min(pause, milliseconds(**next - setup_.now()));
    const source::SteadyTime until = std::chrono::steady_clock::now() + pause;
    bell_.wait(rings, until, stop);
  }
}

Result<void> Dispatcher::drain(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto next = TW_TRY(send_due(stop, stop));
    if (!next || *next > setup_.now()) break;
  }
  return {};
}

// Sends what is due; answers when the next will be. The end of one attempt and the beginning of the
// next are one transaction: each costs a wait for the disk.
Result<std::optional<UnixMillis>> Dispatcher::send_due(const std::stop_token& stop,
                                                       const std::stop_token& cut_off) {
  Settle settle_last;
  for (;;) {
    std::vector<OutboxRow> claimed;
    const auto step = [&](LiveWriter& to) -> Result<void> {
      if (settle_last) TW_TRY(settle_last(to));
      if (!stop.stop_requested()) {
        claimed = TW_TRY(to.claim(setup_.sink.name(), setup_.now(), 1));
      }
      return {};
    };
    TW_TRY(setup_.store.transact(step));
    if (claimed.empty()) return setup_.store.next_due(setup_.sink.name());
    settle_last = attempt(claimed.front(), cut_off);
  }
}

Dispatcher::Settle Dispatcher::attempt(const OutboxRow& message, const std::stop_token& cut_off) {
  const auto notice = sink::notice_from_json(message.notice);
  if (!notice) return give_up(message, to_string(notice.error()));
  const auto thread = setup_.store.thread_of(setup_.sink.name(), message.case_id);
  const sink::Dispatch dispatch{
      .notice = *notice,
      .key = message.key,
      .thread = thread ? std::string_view(*thread) : std::string_view(),
      .attempt = message.attempts + 1,
      .in_doubt = message.state == OutboxState::Sending,
      .first_tried = message.first_tried.value_or(setup_.now()) / 1000,
  };
  const auto begin = std::chrono::steady_clock::now();
  const sink::Outcome outcome = setup_.sink.send(dispatch, cut_off);
  metrics_.attempt.add(std::chrono::steady_clock::now() - begin);
  return settle(message, outcome);
}

Dispatcher::Settle Dispatcher::settle(const OutboxRow& message, const sink::Outcome& outcome) {
  const UnixMillis now = setup_.now();
  const std::int64_t id = message.id;
  if (const auto* sent = std::get_if<sink::Sent>(&outcome)) {
    ++metrics_.sent;
    if (is_first_word(message)) metrics_.event_to_sent.add(milliseconds(now - message.created));
    setup_.log.say(
        LogLevel::Info, "sent",
        {{"sink", setup_.sink.name()}, {"kind", message.kind}, {"case", message.case_id}});
    return [id, now, reference = sent->reference](LiveWriter& to) {
      return to.mark_sent(id, reference, now);
    };
  }
  if (const auto* refused = std::get_if<sink::Refused>(&outcome)) {
    return give_up(message, refused->reason);
  }
  const auto* postponed = std::get_if<sink::Postponed>(&outcome);
  const std::string& reason =
      postponed != nullptr ? postponed->reason : std::get<sink::InDoubt>(outcome).reason;
  if (now - message.created > milliseconds(setup_.limits.patience).count()) {
    return give_up(message, "given up after " + std::to_string(setup_.limits.patience.count()) +
                                " hours: " + reason);
  }
  const milliseconds own = pause_behind(setup_.limits, message.attempts + 1, setup_.chance());
  const milliseconds asked =
      postponed != nullptr ? postponed->after.value_or(milliseconds{0}) : milliseconds{0};
  const UnixMillis due = now + std::max(own, asked).count();
  setup_.log.note(setup_.sink.name() + ": " + reason + "; asked again in " +
                  std::to_string((due - now + 999) / 1000) + " s");
  if (postponed != nullptr) {
    ++metrics_.postponed;
    return [id, reason, due](LiveWriter& to) { return to.postpone(id, reason, due); };
  }
  ++metrics_.in_doubt;
  return [id, reason, due](LiveWriter& to) { return to.leave_in_doubt(id, reason, due); };
}

Dispatcher::Settle Dispatcher::give_up(const OutboxRow& message, const std::string& reason) {
  ++metrics_.dead;
  setup_.log.say(LogLevel::Error, "a notice could not be sent: " + reason,
                 {{"sink", setup_.sink.name()}, {"kind", message.kind}, {"case", message.case_id}});
  return [id = message.id, reason](LiveWriter& to) { return to.bury(id, reason); };
}

}  // namespace trailwarden::watch
