// What a sink is told: a case as it stands, and why it is told now. Written to the outbox as JSON
// and rendered by each sink in its own way when it is sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc_time.h"
#include "sigma/rule.h"
#include "triage/verdict.h"

namespace trailwarden::sink {

enum class NoticeKind : std::uint8_t {
  Opened,   // The first word of a case: sent at once.
  Raised,   // Its verdict rose: people are told again.
  Grown,    // More of the same: the first message is brought up to date, nobody is called.
  Opinion,  // The model has answered.
  Test,     // A person tries whether the sink works.
  Digest,   // A period on one page; of no case.
};

// "opened", "raised", "grown", "opinion", "test", "digest"
std::string_view to_string(NoticeKind kind);
std::optional<NoticeKind> notice_kind(std::string_view text);

// One of the case's findings, the gravest first.
struct NoticeFinding {
  std::string id, title;
  sigma::Level level = sigma::Level::Medium;
  std::vector<std::string> attack;
  std::string why;
  std::uint64_t events = 0;
  std::string event_id;  // Of the event that `why` tells of.
};

// One of the case's calls.
struct NoticeAction {
  std::string source, name;
  std::uint64_t events = 0, failed = 0;
};

// What a language model said, cleaned: no links, no mentions, no control characters.
struct NoticeOpinion {
  triage::Verdict verdict = triage::Verdict::Uncertain;
  std::string explanation;
  std::vector<std::string> next_steps;
  std::string model;
  bool counted = false;  // It changed the case's verdict.
};

// One line of a section of a page.
struct PagePoint {
  std::string text;
  triage::Verdict verdict = triage::Verdict::Safe;
  std::vector<std::string> event_ids;  // The events that it stands on.
};

struct PageSection {
  std::string title;
  std::vector<PagePoint> points;
};

// What a digest says, for sinks that show as much of it as their medium takes, from the front.
struct NoticePage {
  std::vector<PageSection> sections;  // What matters most first.
  std::uint64_t left_out = 0;         // Points that stood behind these: see fitted().
  std::string url;                    // Where the whole page is; empty: nowhere.
};

// All texts that come from a log are as triage::shown() leaves them; a sink still escapes for its
// own medium.
struct Notice {
  NoticeKind kind = NoticeKind::Opened;
  std::string case_id;
  std::uint64_t revision = 0;
  triage::Verdict verdict = triage::Verdict::Safe;  // Final: rules and opinion.
  std::optional<triage::Verdict> before;            // What sinks were told last.
  std::uint8_t risk = 0;
  std::string title;      // At most 80 characters.
  std::string narrative;  // Two or three sentences.
  std::string actor, principal, user, account;
  std::vector<std::string> regions, addresses, agents, services;  // The first few of each.
  std::optional<UnixSeconds> first, last;
  std::uint64_t events = 0, failed = 0;
  std::vector<std::string> tactics, techniques;
  std::vector<NoticeFinding> findings;  // At most 10.
  std::vector<NoticeAction> actions;    // At most 10, in order of first sight.
  std::string event_id;                 // Of the event that brought the case here.
  std::string event_region;
  std::optional<NoticeOpinion> opinion;
  std::string dashboard_url;  // Of this case, or empty.
  std::string footer;         // "rules 2026-11-22 · model: 12 of 500 cents today", or empty.
  // Of a digest, whose `case_id` is the digest's own, `narrative` how it stands, and `verdict` that
  // of its gravest case.
  std::optional<NoticePage> page{};
};

// One line of JSON, "schema":1. The contract of the jsonl and webhook sinks: docs/SINKS.md.
std::string to_json(const Notice& notice);
// What to_json() made. Error: it is no such JSON.
Result<Notice> notice_from_json(std::string_view text);

// The console's page of one event: https://REGION.console.aws.amazon.com/cloudtrailv2/home…, in the
// account's partition by the region's name. Empty where id or region are not as AWS writes them.
std::string console_url(std::string_view event_id, std::string_view region);
// The console's page of an object in S3, which asks whoever opens it to sign in. Empty as above.
std::string object_console_url(std::string_view bucket, std::string_view key,
                               std::string_view region);

}  // namespace trailwarden::sink
