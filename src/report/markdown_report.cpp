#include "report/markdown_report.h"

#include <algorithm>
#include <string_view>

#include "analyst/local.h"
#include "report/format.h"
#include "report/terminal.h"

namespace trailwarden::report {
namespace {

constexpr std::size_t kTimelineRows = 50;
constexpr std::size_t kTableRows = 20;

class MarkdownReport {
 public:
  explicit MarkdownReport(const Report& report) : report_(report) {}

  std::string render() && {
    head();
    const auto cases = cases_of(report_);
    if (!cases.empty()) line("## Cases\n");
    for (const triage::Case* found : cases) case_section(*found);
    for (const Table& table : tables_of(report_)) table_section(table);
    accounting();
    return std::move(out_);
  }

 private:
  void line(std::string_view text = {}) {
    out_ += text;
    out_ += '\n';
  }

  void head() {
    const scan::ScanResult& result = report_.result;
    line("# Trailwarden report\n");
    line(plural(result.counts.judged, "event") + " in " + plural(result.inputs, "file") + ", " +
         period(result.first, result.last) + ".\n");
    line("| verdict | events | cases |\n| --- | ---: | ---: |");
    line("| **dangerous** | " + grouped(result.counts.dangerous) + " | " +
         grouped(result.dangerous_cases) + " |");
    line("| uncertain | " + grouped(result.counts.uncertain) + " | " +
         grouped(result.uncertain_cases) + " |");
    line("| safe | " + grouped(result.counts.safe) + " | |\n");
  }

  void case_section(const triage::Case& found) {
    const analyst::Story story = analyst::tell(found);
    line("### " + escape_markdown(story.title) + "\n");
    line("**" + std::string(to_string(found.verdict)) + "**, risk " + std::to_string(found.risk) +
         ", case `" + found.id + "`. " + escape_markdown(story.narrative) + "\n");
    line("- actor: " + escape_markdown(found.actor));
    line("- when: " + period(found.first, found.last) + ", " + plural(found.events, "event"));
    line("- from: " + escape_markdown(some_of(found.addresses)));
    line("- ATT&CK: " + escape_markdown(joined(found.tactics, ", ")) + "\n");
    line("| level | finding | ATT&CK | events | why |\n| --- | --- | --- | ---: | --- |");
    for (const triage::CaseFinding& each : found.findings) {
      line("| " + std::string(to_string(each.finding.level)) + " | " +
           escape_markdown(each.finding.title) + " | " +
           escape_markdown(joined(each.finding.attack, " ")) + " | " + grouped(each.events) +
           " | " + escape_markdown(each.finding.why) + " |");
    }
    line();
    timeline(found);
  }

  void timeline(const triage::Case& found) {
    line(
        "| time (UTC) | call | result | about | from | event id |\n| --- | --- | --- | --- | --- | "
        "--- |");
    const std::size_t rows = std::min(found.timeline.size(), kTimelineRows);
    for (std::size_t i = 0; i < rows; ++i) {
      const triage::Sighting& event = found.timeline[i].sighting;
      line("| " + moment(event.time) + " | " + escape_markdown(event.source + " " + event.name) +
           " | " + escape_markdown(event.error_code) + " | " + escape_markdown(event.target) +
           " | " + escape_markdown(event.source_ip) + " | " + escape_markdown(event.event_id) +
           " |");
    }
    const std::uint64_t hidden = found.omitted + found.timeline.size() - rows;
    if (hidden != 0) line("\nand " + plural(hidden, "more event") + ".");
    line();
  }

  void table_section(const Table& table) {
    if (table.rows.empty()) return;
    line("## By " + std::string(table.title) + "\n");
    line("| " + std::string(table.title) +
         " | events | dangerous | uncertain | cases |\n| --- | ---: | ---: | ---: | ---: |");
    const std::size_t rows = std::min(table.rows.size(), kTableRows);
    for (std::size_t i = 0; i < rows; ++i) {
      const scan::Row& row = table.rows[i];
      line("| " + (row.name.empty() ? "(none)" : escape_markdown(row.name)) + " | " +
           grouped(row.events) + " | " + grouped(row.dangerous) + " | " + grouped(row.uncertain) +
           " | " + grouped(row.cases) + " |");
    }
    if (table.rows.size() > rows) line("\nand " + grouped(table.rows.size() - rows) + " more.");
    line();
  }

  void accounting() {
    const scan::Counts& counts = report_.result.counts;
    line("Read " + grouped(counts.read) + " = judged " + grouped(counts.judged) + " + filtered " +
         grouped(counts.filtered) + " + repeated " + grouped(counts.repeated) + " + skipped " +
         grouped(counts.skipped) + " records, with " + plural(report_.rules.size(), "rule") +
         " (`" + std::string(report_.rules_hash) + "`).");
  }

  const Report& report_;
  std::string out_;
};

}  // namespace

std::string escape_markdown(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    // CommonMark, 2.4: any ASCII punctuation may be escaped by a backslash. '@' and ':' would make
    // mentions and bare links on GitHub, '&' entities; a backslash alone does not stop those.
    switch (c) {
      case '@':
        out += "&#64;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case ':':
        out += "&#58;";
        break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '{':
      case '}':
      case '[':
      case ']':
      case '(':
      case ')':
      case '#':
      case '+':
      case '!':
      case '|':
      case '~':
      case '$':
        out += '\\';
        out += c;
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string render_markdown(const Report& report) { return MarkdownReport(report).render(); }

}  // namespace trailwarden::report
