#include "watch/desk.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analyst/local.h"
#include "base/hash.h"
#include "base/hex.h"
#include "sink/case_notice.h"

namespace trailwarden::watch {
namespace {

using sink::NoticeKind;

// Receivers know a notice by it: the same however often it is sent, another one for each sink.
std::string key_of(const sink::Notice& notice, const std::string& sink) {
  std::string key = notice.case_id + "-" + std::string(to_string(notice.kind)) + "-";
  key += notice.kind == NoticeKind::Raised ? std::string(to_string(notice.verdict))
                                           : std::to_string(notice.revision);
  return key + '-' + to_hex(hash64(sink)).substr(8);
}

}  // namespace

decltype(DeskSetup::settle) ratchet_of(const analyst::ModelAnalyst* analyst) {
  if (analyst == nullptr) return {};
  return [analyst](const triage::Case& found, const analyst::Opinion& opinion) {
    return analyst->settle(found, opinion);
  };
}

Desk::Desk(DeskSetup setup)
    : setup_(std::move(setup)),
      numbers_(setup_.rules),
      book_(setup_.rules, numbers_, setup_.store, setup_.cases_max) {}

Result<Recorded> Desk::record(std::span<const JudgedPart> parts) {
  const std::lock_guard lock(mutex_);
  Recorded recorded;
  std::vector<Arrival> arrivals;
  for (const JudgedPart& part : parts) {
    recorded.counts += part.counts;
    for (const JudgedEvent& event : part.events) {
      arrivals.push_back({&event, wall_time_of(part.received)});
    }
  }
  const auto besides = [&](store::OwnerWriter& to, const Recorded& all) -> Result<void> {
    for (const JudgedPart& part : parts) {
      if (!part.object || !part.unreadable.empty()) continue;
      TW_TRY(to.add_read_object(
          {.object = part.object->id, .day = part.object->day.time_since_epoch().count()}));
    }
    const store::UnixMillis now = setup_.now();
    TW_TRY(to.add_activity(kinds_.sum(parts, now / 1000), now));
    TW_TRY(to.count("read", all.counts.read));
    TW_TRY(to.count("judged", all.counts.judged - all.repeated));
    TW_TRY(to.count("filtered", all.counts.filtered));
    TW_TRY(to.count("repeated", all.repeated));
    return to.count("skipped", all.counts.skipped);
  };
  TW_TRY(record_in_pieces(arrivals, besides, recorded));
  book_.trim();
  return recorded;
}

// What belongs to no event is written with the last piece: who comes again behind a crash between
// two finds the first one's events known, and all else undone.
Result<void> Desk::record_in_pieces(std::span<const Arrival> arrivals, const Besides& besides,
                                    Recorded& recorded) {
  std::size_t most = std::max<std::size_t>(1, setup_.store.events_at_once());
  for (;;) {
    const auto piece = arrivals.first(std::min(most, arrivals.size()));
    const bool is_last = piece.size() == arrivals.size();
    auto done = record_at_once(piece, is_last ? besides : Besides(), recorded);
    if (done) {
      if (is_last) return {};
      arrivals = arrivals.subspan(piece.size());
    } else {
      const bool is_too_much = done.error().code == ErrorCode::LimitExceeded && piece.size() > 1;
      if (!is_too_much) return done;
      most = piece.size() / 2;
    }
  }
}

Result<void> Desk::record_at_once(std::span<const Arrival> arrivals, const Besides& besides,
                                  Recorded& recorded) {
  Recorded now;
  TouchedCases touched;
  const auto forget_touched = [&] {
    std::set<std::string> actors;  // By name, for their cases go with the first of them.
    for (const auto& [id, one] : touched) actors.insert(one.open->growing.actor());
    for (const std::string& actor : actors) book_.forget(actor);
    for (auto& [id, one] : touched) {
      if (one.before) book_.lay_aside(*std::move(one.before));
    }
    touched.clear();
  };
  TW_TRY(look_up(arrivals));
  bool is_again = false;
  auto written = setup_.store.transact([&](store::LiveWriter& to) -> Result<void> {
    if (std::exchange(is_again, true)) {
      forget_touched();
      TW_TRY(look_up(arrivals));
    }
    now = recorded;
    for (const Arrival& arrival : arrivals) TW_TRY(add(arrival, to, touched, now));
    for (const auto& [id, one] : touched) TW_TRY(bring_up_to_date(one, to, now));
    store::OwnerWriter* owner = to.owner();
    return owner != nullptr && besides ? besides(*owner, now) : Result<void>();
  });
  if (!written) {
    forget_touched();
    return written;
  }
  recorded = std::move(now);
  return {};
}

Result<void> Desk::look_up(std::span<const Arrival> arrivals) {
  for (const Arrival& arrival : arrivals) TW_TRY(book_.look_up(arrival.event->sighting));
  return {};
}

Result<void> Desk::add(const Arrival& arrival, store::LiveWriter& to, TouchedCases& touched,
                       Recorded& recorded) {
  const JudgedEvent& event = *arrival.event;
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
      .received = arrival.received,
  };
  // A case that was begun for a repeated event stays empty, and is never stored.
  if (!TW_TRY(to.add_event(row))) {
    ++recorded.repeated;
    return {};
  }
  ++recorded.events;
  const auto [known, is_new] =
      touched.try_emplace(open.row.id, Touched{&open, std::nullopt, &event, row.received});
  if (is_new && open.row.revision != 0) known->second.before.emplace(open);
  if (!is_new && event.judgement.risk > known->second.latest->judgement.risk) {
    known->second.latest = &event;
  }
  open.growing.add(event.sighting);
  return {};
}

Result<void> Desk::bring_up_to_date(const Touched& touched, store::LiveWriter& to,
                                    Recorded& recorded) {
  OpenCase& open = *touched.open;
  const triage::Case found = open.growing.so_far();
  const triage::Sighting& latest = touched.latest->sighting;
  const auto told = TW_TRY(tell(
      open, found,
      {.event_id = latest.event_id, .event_region = latest.region, .received = touched.received},
      to));
  if (!told) return {};
  recorded.opened += *told == NoticeKind::Opened ? 1 : 0;
  recorded.raised += *told == NoticeKind::Raised ? 1 : 0;
  if (!opinion_on(found, open.row)) recorded.doubtful.push_back(open.row.id);
  return {};
}

// The opinion that counts: one on what the case holds now.
std::optional<HeardOpinion> Desk::opinion_on(const triage::Case& found,
                                             const store::CaseRow& row) const {
  if (row.opinion.empty() || !setup_.settle) return std::nullopt;
  auto heard = heard_opinion_from_json(row.opinion);
  if (!heard || heard->rules != rules_of(found)) return std::nullopt;
  return std::move(*heard);
}

Result<std::optional<NoticeKind>> Desk::tell(OpenCase& open, const triage::Case& found,
                                             const Occasion& occasion, store::LiveWriter& to) {
  store::CaseRow& row = open.row;
  const auto heard = opinion_on(found, row);
  row.first = found.first;
  row.last = found.last;
  row.local = found.verdict;
  row.verdict = heard ? setup_.settle(found, heard->opinion) : found.verdict;
  row.risk = found.risk;
  row.events = found.events;
  row.updated = setup_.now();
  ++row.revision;
  const analyst::Story story = analyst::tell(found);
  row.title = story.title;
  auto kind = news(setup_.policy, row.verdict, row.notified);
  if (kind == NoticeKind::Grown && occasion.is_opinion) kind = NoticeKind::Opinion;
  std::optional<sink::NoticeOpinion> opinion;
  if (heard) opinion = shown_opinion(*heard, row.verdict != row.local);
  const sink::Notice notice = sink::make_notice(
      found, story,
      {.kind = kind.value_or(NoticeKind::Grown),
       .revision = row.revision,
       .verdict = row.verdict,
       .before = row.notified,
       .event_id = occasion.event_id,
       .event_region = occasion.event_region,
       .opinion = std::move(opinion),
       .dashboard_url =
           setup_.dashboard_url.empty() ? "" : setup_.dashboard_url + "#case=" + found.id,
       .footer = setup_.footer ? setup_.footer() : std::string()});
  if (kind) {
    row.notified = std::max(row.notified.value_or(row.verdict), row.verdict);
    TW_TRY(enqueue(notice, occasion.received, to));
  }
  row.document = to_json(notice);
  TW_TRY(to.put_case(row));
  return kind;
}

Result<std::optional<triage::Case>> Desk::unanswered_case(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const OpenCase* open = TW_TRY(book_.find(id));
  if (open == nullptr || !open->row.notified) return std::nullopt;
  if (opinion_on(open->growing.so_far(), open->row)) return std::nullopt;
  return TW_TRY(book_.whole(open->row));
}

Result<void> Desk::hear(const triage::Case& asked, analyst::Opinion opinion) {
  const std::lock_guard lock(mutex_);
  if (!setup_.settle) return {};
  const triage::Verdict verdict = setup_.settle(asked, opinion);
  const std::string heard = to_json(HeardOpinion{std::move(opinion), rules_of(asked), verdict});
  bool is_again = false;
  auto written = setup_.store.transact([&](store::LiveWriter& to) -> Result<void> {
    if (std::exchange(is_again, true)) book_.forget(asked.actor);
    OpenCase* open = TW_TRY(book_.find(asked.id));
    if (open == nullptr) return {};
    open->row.opinion = heard;
    const triage::Case found = open->growing.so_far();
    TW_TRY(tell(*open, found,
                {.event_id = {}, .event_region = {}, .received = setup_.now(), .is_opinion = true},
                to));
    return {};
  });
  if (!written) book_.forget(asked.actor);
  return written;
}

Result<void> Desk::enqueue(const sink::Notice& notice, store::UnixMillis received,
                           store::LiveWriter& to) {
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
