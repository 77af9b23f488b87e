#include "watch/desk.h"

#include <algorithm>
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
  for (const JudgedPart& part : parts) {
    for (const JudgedEvent& event : part.events) TW_TRY(book_.look_up(event.sighting));
  }
  Recorded recorded;
  TouchedCases touched;
  auto written = setup_.store.write([&](store::Writer& to) -> Result<void> {
    recorded = {};
    touched.clear();
    for (const JudgedPart& part : parts) {
      TW_TRY(add(part, to, touched, recorded));
      if (part.object && part.unreadable.empty()) {
        TW_TRY(to.add_read_object(
            {.object = part.object->id, .day = part.object->day.time_since_epoch().count()}));
      }
    }
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
                                             const Occasion& occasion, store::Writer& to) {
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

Result<std::vector<std::string>> Desk::unanswered(std::chrono::milliseconds age) const {
  constexpr std::size_t kMost = 500;
  std::vector<std::string> ids;
  for (const store::CaseRow& row : TW_TRY(setup_.store.latest_cases(kMost))) {
    const bool is_fresh = row.updated >= setup_.now() - age.count();
    if (is_fresh && row.notified && row.opinion.empty()) ids.push_back(row.id);
  }
  return ids;
}

Result<void> Desk::hear(const triage::Case& asked, analyst::Opinion opinion) {
  const std::lock_guard lock(mutex_);
  OpenCase* open = TW_TRY(book_.find(asked.id));
  if (open == nullptr || !setup_.settle) return {};
  const triage::Verdict verdict = setup_.settle(asked, opinion);
  const HeardOpinion heard{std::move(opinion), rules_of(asked), verdict};
  open->row.opinion = to_json(heard);
  auto written = setup_.store.write([&](store::Writer& to) -> Result<void> {
    const triage::Case found = open->growing.so_far();
    TW_TRY(tell(*open, found,
                {.event_id = {}, .event_region = {}, .received = setup_.now(), .is_opinion = true},
                to));
    return {};
  });
  if (!written) book_.forget(std::string(open->growing.actor()));
  return written;
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
