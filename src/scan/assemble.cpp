#include "scan/assemble.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "scan/line_order.h"

namespace trailwarden::scan {
namespace {

// What findings add to a name of a table.
struct Marks {
  std::uint64_t dangerous = 0;
  std::uint64_t uncertain = 0;
  std::uint64_t cases = 0;
};
using MarkMap = boost::unordered_flat_map<std::string, Marks, TextHash, std::equal_to<>>;
using CaseVerdicts =
    boost::unordered_flat_map<std::string, triage::Verdict, TextHash, std::equal_to<>>;

// Worst first; the order in which cases are shown.
bool worse(const triage::Case& left, const triage::Case& right) {
  return std::forward_as_tuple(right.risk, left.first, left.id) <
         std::forward_as_tuple(left.risk, right.first, right.id);
}

class Assembly {
 public:
  Assembly(Totals& all, const sigma::RuleSet& rules, const ScanOptions& options)
      : all_(all), rules_(rules), options_(options) {}

  Result<ScanResult> run(const OnEvent& on_event) {
    TW_TRY(build_cases());
    fill_counts();
    fill_tables();
    fill_timeline();
    if (options_.on_cases) options_.on_cases(result_);
    if (options_.lines != Lines::None) TW_TRY(tell_lines(on_event));
    return std::move(result_);
  }

 private:
  // An event with findings, and the same as bytes.
  struct Held {
    triage::Sighting sighting;
    std::string bytes;
  };

  // Visits each event with findings once, in the order of actors and times. Of copies of one event
  // the last in byte order stands for all.
  Result<void> for_each_sighting(const std::function<Result<void>(Held&)>& visit) {
    std::optional<Held> held;
    std::optional<Error> failure;
    const auto attempt = [&failure](Result<void> result) {
      if (!result && !failure) failure = std::move(result).error();
    };
    TW_TRY(all_.sightings.for_each([&](std::string_view key, std::string_view) {
      auto sighting = triage::decode(key);
      if (!sighting) return attempt(tl::unexpected(std::move(sighting).error()));
      if (held && !same_event(held->sighting, *sighting)) attempt(visit(*held));
      if (!held) held.emplace();
      held->sighting = *std::move(sighting);
      held->bytes = key;  // Into the memory of those before.
    }));
    if (held) attempt(visit(*held));
    if (failure) return tl::unexpected(*std::move(failure));
    return {};
  }

  // Where lines are wanted, the events with findings are put among the safe ones, in the order of
  // lines.
  Result<void> build_cases() {
    triage::CaseBuilder builder(rules_, {}, [this](triage::Case found) { keep(std::move(found)); });
    TW_TRY(for_each_sighting([&](Held& held) -> Result<void> {
      mark(held.sighting);
      if (options_.lines == Lines::None) {
        builder.add(std::move(held.sighting));
        return {};
      }
      const std::string key = line_key(held.sighting);
      const std::string& case_id = builder.add(std::move(held.sighting));
      return all_.safe.add(key, line_payload(case_id, held.bytes));
    }));
    builder.flush();
    result_.quiet_cases = builder.quiet_cases();
    std::sort(result_.cases.begin(), result_.cases.end(), worse);
    if (result_.cases.size() > kCasesKept) result_.cases.resize(kCasesKept);
    return {};
  }

  void keep(triage::Case found) {
    const bool dangerous = found.verdict == triage::Verdict::Dangerous;
    ++(dangerous ? result_.dangerous_cases : result_.uncertain_cases);
    for (const auto& region : found.regions.entries) ++regions_[region.value].cases;
    for (const auto& service : found.services.entries) ++services_[service.value].cases;
    verdicts_[found.id] = found.verdict;
    ++users_[found.user].cases;
    result_.cases.push_back(std::move(found));
    if (result_.cases.size() >= 2 * kCasesKept) {
      std::nth_element(result_.cases.begin(), result_.cases.begin() + kCasesKept,
                       result_.cases.end(), worse);
      result_.cases.resize(kCasesKept);
    }
  }

  void mark(const triage::Sighting& sighting) {
    const triage::Verdict verdict = triage::verdict_of(triage::risk_of(sighting, rules_));
    if (verdict == triage::Verdict::Safe) return;
    const bool dangerous = verdict == triage::Verdict::Dangerous;
    ++(dangerous ? result_.counts.dangerous : result_.counts.uncertain);
    for (Marks* marks :
         {&users_[sighting.user], &services_[sighting.source], &regions_[sighting.region]}) {
      ++(dangerous ? marks->dangerous : marks->uncertain);
    }
    if (sighting.time) (dangerous ? dangerous_times_ : uncertain_times_).add(*sighting.time);
  }

  void fill_counts() {
    Counts& counts = result_.counts;
    counts.judged = all_.tally.judged;
    counts.filtered = all_.tally.filtered;
    counts.repeated = all_.tally.repeated;
    counts.suppressed = all_.tally.suppressed;
    counts.without_time = all_.tally.without_time;
    result_.problems = all_.problems.finish();
    for (const auto& [kind, count] : result_.problems.counts) {
      if (counts_as_skipped(kind)) counts.skipped += count;
    }
    counts.read = counts.judged + counts.filtered + counts.repeated + counts.skipped;
    counts.safe = counts.judged - counts.dangerous - counts.uncertain;
    result_.first = all_.first;
    result_.last = all_.last;
  }

  static std::vector<Row> table(const NameCounts& counts, const MarkMap& marks) {
    std::vector<Row> rows;
    for (const auto& [name, events] : counts.map()) {
      const auto found = marks.find(name);
      const Marks mark = found == marks.end() ? Marks{} : found->second;
      rows.push_back({name, events, mark.dangerous, mark.uncertain, mark.cases});
    }
    std::sort(rows.begin(), rows.end(), [](const Row& left, const Row& right) {
      return std::forward_as_tuple(right.dangerous, right.uncertain, right.events, left.name) <
             std::forward_as_tuple(left.dangerous, left.uncertain, left.events, right.name);
    });
    return rows;
  }

  void fill_tables() {
    result_.users = table(all_.tally.users, users_);
    result_.services = table(all_.tally.services, services_);
    result_.regions = table(all_.tally.regions, regions_);
  }

  // Steps of a round length, so many that the plot has at most 160 of them.
  void fill_timeline() {
    if (all_.tally.times.map().empty()) return;
    constexpr UnixSeconds kSteps[] = {300,    600,    900,    1800,    3600,    7200,     10'800,
                                      21'600, 43'200, 86'400, 172'800, 604'800, 2'592'000};
    UnixSeconds low = INT64_MAX;
    UnixSeconds high = 0;
    for (const auto& [slot, count] : all_.tally.times.map()) {
      low = std::min(low, slot * TimeCounts::kSlotSeconds);
      high = std::max(high, slot * TimeCounts::kSlotSeconds);
    }
    Timeline& line = result_.timeline;
    line.step_seconds = kSteps[std::size(kSteps) - 1];
    const UnixSeconds least = options_.counted.empty() ? kSteps[0] : triage::kActivityStep;
    for (const UnixSeconds step : kSteps) {
      if (step >= least && high / step - low / step < 160) {
        line.step_seconds = step;
        break;
      }
    }
    line.start = low / line.step_seconds * line.step_seconds;
    const auto steps = static_cast<std::size_t>((high - line.start) / line.step_seconds + 1);
    line.total = spread(all_.tally.times, steps);
    line.uncertain = spread(uncertain_times_, steps);
    line.dangerous = spread(dangerous_times_, steps);
  }

  std::vector<std::uint64_t> spread(const TimeCounts& counts, std::size_t steps) const {
    const Timeline& line = result_.timeline;
    std::vector<std::uint64_t> values(steps);
    for (const auto& [slot, count] : counts.map()) {
      values[static_cast<std::size_t>((slot * TimeCounts::kSlotSeconds - line.start) /
                                      line.step_seconds)] += count;
    }
    return values;
  }

  Result<void> tell_lines(const OnEvent& on_event) {
    std::optional<Error> damage;
    TW_TRY(all_.safe.for_each([&](std::string_view, std::string_view payload) {
      const Line line = split_payload(payload);
      const auto event = triage::decode(line.event);
      if (!event) {
        damage = event.error();
        return;
      }
      const auto verdict = verdicts_.find(line.case_id);
      const bool in_case = verdict != verdicts_.end();
      on_event({*event, triage::judge(*event, rules_), in_case ? line.case_id : "",
                in_case ? verdict->second : triage::Verdict::Safe});
    }));
    if (damage) return tl::unexpected(*std::move(damage));
    return {};
  }

  Totals& all_;
  const sigma::RuleSet& rules_;
  const ScanOptions& options_;
  ScanResult result_;
  MarkMap users_, services_, regions_;
  TimeCounts uncertain_times_, dangerous_times_;
  CaseVerdicts verdicts_;
};

}  // namespace

Result<ScanResult> assemble(Totals& all, const sigma::RuleSet& rules, const ScanOptions& options,
                            const OnEvent& on_event) {
  return Assembly(all, rules, options).run(on_event);
}

}  // namespace trailwarden::scan
