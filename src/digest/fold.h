// Many events as few lines. Events that a person would read as one become one line with counts,
// times and values; what rules call dangerous or uncertain, or what belongs to a case, loses
// nothing: such a line's events are equal in all that it tells, and each is there with time and id.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/utc_time.h"
#include "scan/scan.h"
#include "triage/verdict.h"

namespace trailwarden::digest {

// By what a digest is broken down.
enum class Dimension : std::uint8_t { All, User, Service, Region, Account };

// The values that the events of a line had, with the number of events that had each.
struct Values {
  struct Entry {
    std::string value;
    std::uint64_t events = 0;
  };
  std::vector<Entry> entries;  // The first kValuesMax distinct ones; by events from the top.
  std::uint64_t others = 0;    // Events whose value came after the list was full, or is not known.
};
inline constexpr std::size_t kValuesMax = 32;

// One event that is there as itself.
struct Occurrence {
  std::optional<UnixSeconds> time;
  std::string event_id;
};

struct Line {
  std::string user, account, source, name, error;
  // What rules said of each event alone, or of its case if that is more.
  triage::Verdict verdict = triage::Verdict::Safe;
  std::string case_id;             // Empty: of no case.
  std::vector<std::string> rules;  // Titles of the rules that held, in rule order.
  std::uint64_t events = 0;
  std::optional<UnixSeconds> first, last;
  Values addresses, regions, agents, targets;  // Empty values are left out.
  // Of a line that is told whole every event in order of time; of another the first, unless it was
  // but counted.
  std::vector<Occurrence> occurrences;

  // Whether every event is there with all that is told of it.
  bool is_whole() const { return occurrences.size() == events; }
};

// The lines of one user, service, region or account.
struct Group {
  std::string name;  // Empty where nothing is broken down, or where events have no such value.
  std::uint64_t events = 0, dangerous = 0, uncertain = 0;
  std::optional<UnixSeconds> first, last;
  std::vector<Line> lines;  // Worst first, then by events from the top, then by what they tell.
};

struct Folded {
  std::vector<Group> groups;  // Those with dangerous events first, then uncertain, then by events.
  std::uint64_t events = 0;
  std::uint64_t lines = 0;
};

// One thread. Memory: a few hundred bytes a line, and for whole lines some 60 bytes an event.
class Folder {
 public:
  // `rules` outlives the folder.
  Folder(Dimension by, const sigma::RuleSet& rules) : by_(by), rules_(rules) {}

  // In order of time. What is told of safe events is folded, whatever their number.
  void add(const triage::Sighting& event, triage::Verdict verdict, const std::string& case_id);
  // Safe events that are known by number: their line has hours for times, and no occurrences.
  void add(const triage::Activity& activity, std::uint64_t events);
  // What was folded. The folder is empty then.
  Folded take();

 private:
  const Dimension by_;
  const sigma::RuleSet& rules_;
  std::map<std::string, std::map<std::string, Line>> groups_;  // By name, then by what is equal.
};

// The value of `event` by which it belongs to a group.
const std::string& group_of(const triage::Sighting& event, Dimension by);

}  // namespace trailwarden::digest
