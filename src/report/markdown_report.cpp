#include "report/markdown_report.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "analyst/local.h"
#include "report/format.h"
#include "report/terminal.h"

namespace trailwarden::report {
namespace {

constexpr std::size_t kTimelineRows = 50;
constexpr std::size_t kTableRows = 20;

// A zero-width space. GitHub looks for mentions and references in the rendered text, where no
// escape is left to stop them.
constexpr std::string_view kBreak = "&#8203;";

// How `c` is written so that it stands for itself. CommonMark, 2.4: any ASCII punctuation may be
// escaped by a backslash; ':' and '@' would still make links of bare addresses, '&' entities.
std::string escaped(char c) {
  constexpr std::string_view kEntities = "&<>:@";
  constexpr std::string_view kBackslashes = "\\`*_{}[]()#+!|~$";
  if (kEntities.find(c) != std::string_view::npos) return "&#" + std::to_string(int{c}) + ";";
  if (kBackslashes.find(c) != std::string_view::npos) return {'\\', c};
  return {c};
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether the character at `at` would begin a mention (@team), a reference (#12) or a link (www.).
bool begins_reference(std::string_view text, std::size_t at) {
  const bool word_before = at != 0 && is_word(text[at - 1]);
  const bool word_behind = at + 1 < text.size() && is_word(text[at + 1]);
  if (text[at] == '#') return word_behind;
  if (text[at] == '@') return word_behind && !word_before;
  const std::string_view rest = text.substr(at, 4);
  return !word_before && (rest == "www." || rest == "WWW.");
}

// A cell of a table, or a value of a list: long ones would bury the rest.
std::string cell(std::string_view text) {
  constexpr std::size_t kColumns = 300;
  return escape_markdown(shorten(printable(text), kColumns));
}

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
    line("### " + cell(story.title) + "\n");
    line("**" + std::string(to_string(found.verdict)) + "**, risk " + std::to_string(found.risk) +
         ", case `" + found.id + "`. " + escape_markdown(story.narrative) + "\n");
    if (const analyst::Consulted* with = consulted(report_, found)) {
      line(escape_markdown(told(*with)) + "\n");
    }
    line("- actor: " + cell(found.actor));
    line("- when: " + period(found.first, found.last) + ", " + plural(found.events, "event"));
    line("- from: " + cell(some_of(found.addresses)));
    line("- ATT&CK: " + cell(joined(found.tactics, ", ")) + "\n");
    line("| level | finding | ATT&CK | events | why |\n| --- | --- | --- | ---: | --- |");
    for (const triage::CaseFinding& each : found.findings) {
      line("| " + std::string(to_string(each.finding.level)) + " | " + cell(each.finding.title) +
           " | " + cell(joined(each.finding.attack, " ")) + " | " + grouped(each.events) + " | " +
           escape_markdown(each.finding.why) + " |");
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
      line("| " + moment(event.time) + " | " + cell(event.source + " " + event.name) + " | " +
           cell(event.error_code) + " | " + cell(event.target) + " | " + cell(event.source_ip) +
           " | " + cell(event.event_id) + " |");
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
      line("| " + (row.name.empty() ? "(none)" : cell(row.name)) + " | " + grouped(row.events) +
           " | " + grouped(row.dangerous) + " | " + grouped(row.uncertain) + " | " +
           grouped(row.cases) + " |");
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
  const std::string plain = printable(text);
  std::string out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    out += escaped(plain[i]);
    if (begins_reference(plain, i)) out += kBreak;
  }
  return out;
}

std::string render_markdown(const Report& report) { return MarkdownReport(report).render(); }

}  // namespace trailwarden::report
