#include "report/text_report.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>

#include "analyst/local.h"
#include "analyst/prose.h"
#include "report/format.h"
#include "report/terminal.h"

namespace trailwarden::report {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kTimelineRows = 12;  // Of a case; the page and jsonl have them all.
constexpr std::size_t kTableRows = 8;
constexpr std::size_t kFieldColumns = 260;  // An actor, its addresses: four lines.

Ink ink_of(triage::Verdict verdict) {
  switch (verdict) {
    case triage::Verdict::Dangerous:
      return Ink::Red;
    case triage::Verdict::Uncertain:
      return Ink::Yellow;
    case triage::Verdict::Safe:
      return Ink::Green;
  }
  return Ink::Plain;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

// How many of the `count` findings of a level a case shows; the other formats have them all.
std::size_t finding_rows(sigma::Level level, std::size_t count) {
  const std::size_t rows = level > sigma::Level::Low ? 20 : 8;
  return count == rows + 1 ? count : rows;  // "and 1 more" would take its row.
}

// "trail/main" of "arn:aws:cloudtrail:eu-north-1:111122223333:trail/main"; what is no ARN stays.
std::string_view resource_of(std::string_view target) {
  if (!target.starts_with("arn:")) return target;
  std::string_view rest = target;
  for (int part = 0; part < 5; ++part) {
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos) return target;
    rest.remove_prefix(colon + 1);
  }
  return rest;
}

class TextReport {
 public:
  TextReport(const Report& report, bool colours) : report_(report), paint_(colours) {}

  std::string render() && {
    head();
    activity();
    const auto cases = cases_of(report_);
    for (std::size_t i = 0; i < cases.size(); ++i) case_section(i + 1, *cases[i]);
    left_out(cases.size());
    for (const Table& table : tables_of(report_)) table_section(table);
    accounting();
    return std::move(out_);
  }

 private:
  void line(std::string_view text = {}) {
    out_ += text.substr(0, text.find_last_not_of(' ') + 1);
    out_ += '\n';
  }

  void head() {
    const scan::ScanResult& result = report_.result;
    line(paint_(Ink::Bold, "Trailwarden") + "  " + plural(result.counts.judged, "event") + " in " +
         plural(result.inputs, "file") + ", " + period(result.first, result.last));
    line();
    verdict_row(triage::Verdict::Dangerous, result.counts.dangerous, result.dangerous_cases);
    verdict_row(triage::Verdict::Uncertain, result.counts.uncertain, result.uncertain_cases);
    verdict_row(triage::Verdict::Safe, result.counts.safe, 0);
    line();
  }

  void verdict_row(triage::Verdict verdict, std::uint64_t events, std::uint64_t cases) {
    std::string row = "  " + paint_(ink_of(verdict), pad_right(upper(to_string(verdict)), 11)) +
                      pad_left(grouped(events), 13) + (events == 1 ? " event " : " events");
    if (verdict != triage::Verdict::Safe)
      row += pad_left(grouped(cases), 8) + (cases == 1 ? " case" : " cases");
    line(row);
  }

  // Events over time; under it a mark where something dangerous or uncertain happened.
  void activity() {
    const scan::Timeline& timeline = report_.result.timeline;
    if (timeline.total.size() < 2) return;
    const std::size_t merged = (timeline.total.size() + 71) / 72;
    std::vector<std::uint64_t> bars;
    std::string marks;
    for (std::size_t i = 0; i < timeline.total.size(); i += merged) {
      std::uint64_t total = 0;
      std::uint64_t dangerous = 0;
      std::uint64_t uncertain = 0;
      for (std::size_t j = i; j < std::min(i + merged, timeline.total.size()); ++j) {
        total += timeline.total[j];
        dangerous += timeline.dangerous[j];
        uncertain += timeline.uncertain[j];
      }
      bars.push_back(total);
      marks += dangerous != 0   ? paint_(Ink::Red, "!")
               : uncertain != 0 ? paint_(Ink::Yellow, "?")
                                : std::string(" ");
    }
    line("  " + sparkline(bars));
    if (report_.result.counts.dangerous + report_.result.counts.uncertain != 0) line("  " + marks);
    const UnixSeconds step = timeline.step_seconds * static_cast<UnixSeconds>(merged);
    const UnixSeconds end = timeline.start + step * static_cast<UnixSeconds>(bars.size());
    const std::string left = moment(timeline.start).substr(0, 16);
    const std::string right = moment(end).substr(0, 16);
    const std::size_t gap =
        std::max(bars.size(), columns(left) + columns(right) + 2) - columns(left);
    line("  " + paint_(Ink::Dim, left + pad_left(right, gap)));
    line();
  }

  void case_section(std::size_t number, const triage::Case& found) {
    const analyst::Story story = analyst::tell(found);
    std::string label = upper(to_string(found.verdict)) + " " + std::to_string(found.risk);
    const analyst::Consulted* with = consulted(report_, found);
    const triage::Verdict verdict = with == nullptr ? found.verdict : with->verdict;
    if (verdict != found.verdict) label += " → " + upper(to_string(verdict));
    const std::string begin = std::to_string(number) + "  " + label;
    line(paint_(ink_of(verdict), begin) + "  " +
         paint_(Ink::Bold, shorten(printable(story.title), kColumns - columns(begin) - 2)));
    paragraph(story.narrative);
    if (with != nullptr) paragraph(told(*with));
    field("actor", found.actor);
    field("when",
          period(found.first, found.last) + ", " + plural(found.events, "event") +
              (found.failed != 0 ? ", " + grouped(found.failed) + " refused or failed" : ""));
    field("from", some_of(found.addresses));
    field("ATT&CK", joined(found.tactics, " > "));
    field("case", found.id);
    line();
    findings(found);
    timeline(found);
  }

  void paragraph(std::string_view words) {
    for (const std::string& text : wrap(printable(words), kColumns - 3)) line("   " + text);
    line();
  }

  void field(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    const auto lines = wrap(shorten(printable(value), kFieldColumns), kColumns - 11);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      line("   " + paint_(Ink::Dim, pad_right(i == 0 ? name : "", 8)) + lines[i]);
    }
  }

  void findings(const triage::Case& found) {
    std::map<sigma::Level, std::size_t, std::greater<>> counts;
    for (const triage::CaseFinding& each : found.findings) ++counts[each.finding.level];
    std::map<sigma::Level, std::size_t> met;
    for (const triage::CaseFinding& each : found.findings) {
      const sigma::Level level = each.finding.level;
      if (++met[level] <= finding_rows(level, counts[level])) line("   " + finding_row(each));
    }
    for (const auto& [level, count] : counts) {
      const std::size_t rows = finding_rows(level, count);
      if (count <= rows) continue;
      const std::string rest = "and " + grouped(count - rows) + " of level ";
      line("   " + paint_(Ink::Dim, rest + std::string(to_string(level))));
    }
    line();
  }

  // level, title, how often, first technique
  std::string finding_row(const triage::CaseFinding& each) {
    const auto& attack = each.finding.attack;
    std::string technique = attack.empty() ? "" : shorten(printable(attack.front()), 9);
    if (attack.size() > 1) technique += " +" + std::to_string(attack.size() - 1);
    const std::string times = each.events == 1 ? "" : " ×" + grouped(each.events);
    const std::size_t room = 54 - columns(times);
    const bool is_info = each.finding.level == sigma::Level::Informational;
    return pad_right(is_info ? "info" : std::string(to_string(each.finding.level)), 9) +
           pad_right(shorten(printable(each.finding.title), room), room) + times + "  " +
           paint_(Ink::Dim, technique);
  }

  void timeline(const triage::Case& found) {
    std::string day;
    for (const std::size_t i : shown_rows(found)) {
      const triage::TimelineEntry& entry = found.timeline[i];
      const std::string time = moment(entry.sighting.time);
      if (time.substr(0, 10) != day) {
        day = time.substr(0, 10);
        line("   " + paint_(Ink::Dim, day));
      }
      line("   " + event_row(entry, time));
    }
    const std::uint64_t hidden =
        found.omitted + found.timeline.size() - std::min(found.timeline.size(), kTimelineRows);
    if (hidden != 0) line("   " + paint_(Ink::Dim, "and " + plural(hidden, "more event")));
    line();
  }

  // The rows with the highest risk, in time order.
  static std::vector<std::size_t> shown_rows(const triage::Case& found) {
    std::vector<std::size_t> rows(found.timeline.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
    std::stable_sort(rows.begin(), rows.end(), [&](std::size_t left, std::size_t right) {
      return found.timeline[left].judgement.risk > found.timeline[right].judgement.risk;
    });
    rows.resize(std::min(rows.size(), kTimelineRows));
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  // time, call, what it was about, why it failed
  std::string event_row(const triage::TimelineEntry& entry, const std::string& time) {
    const triage::Sighting& event = entry.sighting;
    const std::string call =
        printable(analyst::service_of(event.source)) + " " + printable(event.name);
    const std::string error = event.failed ? "  " + shorten(printable(event.error_code), 25) : "";
    const std::size_t room = 35 - columns(error);
    return (time.size() > 11 ? time.substr(11) : "        ") + "  " +
           paint_(ink_of(entry.judgement.verdict), pad_right(shorten(call, 30), 30)) + "  " +
           pad_right(shorten_middle(printable(resource_of(event.target)), room), room) + error;
  }

  void left_out(std::size_t shown) {
    const scan::ScanResult& result = report_.result;
    const std::uint64_t all =
        result.dangerous_cases +
        (report_.min_verdict == triage::Verdict::Dangerous ? 0 : result.uncertain_cases);
    if (all > shown) line("and " + plural(all - shown, "more case") + " (see --format jsonl)\n");
    if (shown == 0 && result.counts.judged != 0) {
      line(paint_(Ink::Green, "Nothing to look at: no case of this verdict or worse.") + "\n");
    }
  }

  void table_section(const Table& table) {
    if (table.rows.empty()) return;
    line(paint_(Ink::Bold, pad_right("by " + std::string(table.title), 48)) +
         paint_(Ink::Dim, "    events dangerous uncertain"));
    const std::size_t rows = std::min(table.rows.size(), kTableRows);
    for (std::size_t i = 0; i < rows; ++i) {
      const scan::Row& row = table.rows[i];
      const std::string name = row.name.empty() ? "(none)" : printable(row.name);
      line(pad_right(shorten_middle(name, 47), 48) + pad_left(grouped(row.events), 10) +
           pad_left(row.dangerous == 0 ? "·" : grouped(row.dangerous), 10) +
           pad_left(row.uncertain == 0 ? "·" : grouped(row.uncertain), 10));
    }
    if (table.rows.size() > rows) {
      line(paint_(Ink::Dim, "and " + grouped(table.rows.size() - rows) + " more"));
    }
    line();
  }

  void accounting() {
    const scan::Counts& counts = report_.result.counts;
    line("read " + grouped(counts.read) + " = judged " + grouped(counts.judged) + " + filtered " +
         grouped(counts.filtered) + " + repeated " + grouped(counts.repeated) + " + skipped " +
         grouped(counts.skipped));
    for (const auto& [kind, count] : report_.result.problems.counts) {
      line("  " + pad_left(grouped(count), 6) + "  " + cloudtrail::reason(kind));
    }
    if (counts.suppressed != 0) {
      line("  " + pad_left(grouped(counts.suppressed), 6) + "  judged safe by a suppression");
    }
  }

  const Report& report_;
  Paint paint_;
  std::string out_;
};

}  // namespace

std::string render_text(const Report& report, bool colours) {
  return TextReport(report, colours).render();
}

}  // namespace trailwarden::report
