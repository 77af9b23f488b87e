// One page about a period, as a value: what a person reads, before it becomes Markdown, text or
// HTML. Its outline is always the same.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.h"
#include "digest/collect.h"
#include "digest/fold.h"
#include "scan/result.h"
#include "triage/verdict.h"

namespace trailwarden::digest {

// One point: plain text on one line, names from logs shown escaped and shortened, and the events
// that it stands on. Each medium still escapes for itself.
struct Item {
  std::string text;
  std::vector<std::string> event_ids;  // Of events that exist.
  triage::Verdict verdict = triage::Verdict::Safe;
  std::string case_id{};  // Of the one case that it tells; else empty.
};

// The outline, in the order of the page.
enum class Part : std::uint8_t { Matters, Actors, Changes, Routine, Todo };
inline constexpr std::size_t kParts = 5;
inline constexpr std::array<Part, kParts> kOutline = {Part::Matters, Part::Actors, Part::Changes,
                                                      Part::Routine, Part::Todo};
// "What matters now"
std::string_view title_of(Part part);

struct Section {
  std::vector<Item> items;
  std::string empty;  // What stands there where there are no items.
};

// One user, service, region or account.
struct GroupSummary {
  std::string name;
  std::uint64_t events = 0, dangerous = 0, uncertain = 0;
  std::vector<Item> items;
};

struct Page {
  std::optional<UnixSeconds> first, last;  // Of all events of the period.
  std::string lead;                        // One or two sentences: how it stands.
  std::array<Section, kParts> sections;    // By Part.
  Dimension by = Dimension::All;           // What `groups` are.
  std::vector<GroupSummary> groups;        // The kGroupsShown worst; empty for Dimension::All.
  std::uint64_t other_groups = 0;          // That are not shown.
  std::vector<scan::Row> users, services, regions;  // As scan::ScanResult has them.
  scan::Counts counts;
  Collected collected;
  std::string author;  // "local", or the model that wrote: for the last line.

  const Section& section(Part part) const { return sections[static_cast<std::size_t>(part)]; }
  Section& section(Part part) { return sections[static_cast<std::size_t>(part)]; }
};
inline constexpr std::size_t kGroupsShown = 20;

// "user", "service", "region" or "account"; empty for All.
std::string_view to_string(Dimension by);

}  // namespace trailwarden::digest
