#include "watch/desk.h"

#include <algorithm>
#include <utility>

#include "analyst/local.h"
#include "base/hash.h"
#include "sink/case_notice.h"

namespace trailwarden::watch {
namespace {

using sink::NoticeKind;

// Receivers know a notice by it: the same however often it is sent, another one for each sink.
std::string key_of(const sink::Notice& notice, const std::string& sink) {
  std::string key = notice.case_id + "-" + std::string(to_string(notice.kind)) + "-";
  key += notice.kind == NoticeKind::Raised ? std::string(to_string(notice.verdict))
                                           : std::to_string(notice.revision);
  constexpr char kHex[] = "0123456789abcdef";
  const std::uint64_t hash = hash64(sink);
  key += '-';
  for (int shift = 28; shift >= 0; shift -= 4) key += kHex[hash >> shift & 0xFU];
  return key;
}

}  // namespace

Desk::Desk(DeskSetup setup)
    : setup_(std::move(setup)),
      numbers_(setup_.rules),
      book_(setup_.rules, numbers_, setup_.store, setup_.cases_max) {}

Result<Recorded> Desk::record(std::span<const JudgedPart> parts) {
  const std::lock_guard lock(mutex_);
  for (const JudgedPart& part : parts) {
    for (const JudgedEvent& event : part.events) TW_TRY(book_.look_up(event.sighting));
  }
  Recorded recorded;
  TouchedCases touched;
  auto written = setup_.store.write([&](store::Writer& to) -> Result<void> {
    recorded = {};
    touched.clear();
    for (const JudgedPart& part : parts) TW_TRY(add(part, to, touched, recorded));
    for (const auto& [id, one] : touched) TW_TRY(bring_up_to_date(one, to, recorded));
    TW_TRY(to.count("read", recorded.counts.read));
    TW_TRY(to.count("judged", recorded.counts.judged - recorded.repeated));
    TW_TRY(to.count("filtered", recorded.counts.filtered));
    TW_TRY(to.count("repeated", recorded.repeated));
    return to.count("skipped", recorded.counts.skipped);
  });
  if (!written) {
    for (const auto& [id, one] : touched) book_.forget(std::string(one.open->growing.actor()));
    return tl::unexpected(std::move(written).error());
  }
  book_.trim();
  return recorded;
}

Result<void> Desk::add(const JudgedPart& part, store::Writer& to, TouchedCases& touched,
                       Recorded& recorded) {
  recorded.counts += part.counts;
  for (const JudgedEvent& event : part.events) {
    OpenCase& open = book_.place(event.sighting);
    const store::EventRow row{
        .fingerprint = event.fingerprint,
        .event_id = event.sighting.event_id,
        .time = event.sighting.time,
        .case_id = open.row.id,
        .actor = event.sighting.actor,
        .verdict = event.judgement.verdict,
        .risk = event.judgement.risk,
        .sighting = to_json(event.sighting, numbers_),
        .record = event.record,
        .received = wall_time_of(part.received),
    };
    // A case that was begun for a repeated event stays empty, and is never stored.
    if (!TW_TRY(to.add_event(row))) {
      ++recorded.repeated;
      continue;
    }
    ++recorded.events;
    open.growing.add(event.sighting);
    const auto [known, is_new] =
        touched.try_emplace(open.row.id, Touched{&open, &event, row.received});
    if (!is_new && event.judgement.risk > known->second.latest->judgement.risk) {
      known->second.latest = &event;
    }
  }
  return {};
}

Result<void> Desk::bring_up_to_date(const Touched& touched, store::Writer& to, Recorded& recorded) {
  const triage::Case found = touched.open->growing.so_far();
  store::CaseRow& row = touched.open->row;
  row.first = found.first;
  row.last = found.last;
  row.local = found.verdict;
  row.verdict = found.verdict;
  row.risk = found.risk;
  row.events = found.events;
  row.updated = setup_.now();
  ++row.revision;
  const analyst::Story story = analyst::tell(found);
  row.title = story.title;
  const auto kind = news(setup_.policy, row.verdict, row.notified);
  const sink::Notice notice = sink::make_notice(
      found, story,
      {.kind = kind.value_or(NoticeKind::Grown),
       .revision = row.revision,
       .verdict = row.verdict,
       .before = row.notified,
       .event_id = touched.latest->sighting.event_id,
       .event_region = touched.latest->sighting.region,
       .opinion = {},
       .dashboard_url =
           setup_.dashboard_url.empty() ? "" : setup_.dashboard_url + "#case=" + found.id,
       .footer = {}});
  if (kind) {
    recorded.opened += *kind == NoticeKind::Opened ? 1 : 0;
    recorded.raised += *kind == NoticeKind::Raised ? 1 : 0;
    row.notified = std::max(row.notified.value_or(row.verdict), row.verdict);
    TW_TRY(enqueue(notice, touched.received, to));
    recorded.doubtful.push_back(row.id);
  }
  row.document = to_json(notice);
  return to.put_case(row);
}

Result<void> Desk::enqueue(const sink::Notice& notice, store::UnixMillis received,
                           store::Writer& to) {
  store::OutboxRow message;
  message.case_id = notice.case_id;
  message.kind = to_string(notice.kind);
  message.notice = to_json(notice);
  message.created = received;
  message.due = setup_.now();
  const bool can_wait = notice.kind == NoticeKind::Grown;
  if (can_wait) message.due += std::chrono::milliseconds(setup_.policy.between_updates).count();
  for (const sink::Sink* sink : setup_.sinks) {
    if (!sink->wants(notice)) continue;
    message.sink = sink->name();
    message.key = key_of(notice, message.sink);
    if (can_wait) {
      TW_TRY(to.enqueue_or_replace(message));
    } else {
      TW_TRY(to.enqueue(message));
    }
  }
  return {};
}

store::UnixMillis Desk::wall_time_of(SteadyTime time) const {
  const auto ago = std::chrono::steady_clock::now() - time;
  return setup_.now() - std::chrono::duration_cast<std::chrono::milliseconds>(ago).count();
}

}  // namespace trailwarden::watch
