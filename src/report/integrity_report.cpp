#include "report/integrity_report.h"

#include <algorithm>
#include <cctype>

#include "report/coverage_map.h"
#include "report/format.h"
#include "report/terminal.h"

namespace trailwarden::report {
namespace {

using integrity::Counts;
using integrity::Problem;
using integrity::Remark;
using integrity::RemarkKind;

constexpr std::size_t kColumns = 80;
constexpr std::size_t kProblems = 25;  // Told in full.
constexpr std::size_t kFiles = 3;      // Of a remark that several files have in common.
constexpr std::size_t kFieldColumns = 67;
constexpr std::size_t kValueColumns = 4 * kFieldColumns;  // A forged name may be megabytes.

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

// What a remark of a kind says; the files or times of it follow.
std::string sentence(RemarkKind kind, std::uint64_t count, std::uint64_t files) {
  switch (kind) {
    case RemarkKind::NotProven:
      return plural(count, "digest") +
             " not proven: the newest of a chain, without its signature (docs/INTEGRITY.md says "
             "how to keep it beside the mirror).";
    case RemarkKind::LoggingOff:
      return "Logging or validation was switched off: the digests begin anew after a pause.";
    case RemarkKind::BeginsEarlier:
      return "The oldest digest here is not the chain's first; what came before is not here.";
    case RemarkKind::OtherBucket:
      return "The chain goes on in another bucket.";
    case RemarkKind::KeyNotGiven:
      return plural(count, "digest") +
             " proven by the next digest only: the key is not in the list of public keys.";
    case RemarkKind::NotYetCovered:
      return plural(files, "log file") + " newer than the newest digest: the next one names them.";
    case RemarkKind::NeverCovered:
      return plural(files, "log file") +
             " of times or kinds for which there are no digests: they cannot be verified.";
  }
  return {};
}

class IntegrityText {
 public:
  IntegrityText(const IntegrityReport& report, bool colours)
      : findings_(report.findings), paint_(colours) {}

  std::string render() && {
    head();
    counts();
    problems();
    remarks();
    for (const std::string& each : coverage_map(findings_.chains, paint_)) line(each);
    return std::move(out_);
  }

 private:
  void line(std::string_view text = {}) {
    out_ += text.substr(0, text.find_last_not_of(' ') + 1);
    out_ += '\n';
  }

  void head() {
    std::optional<UnixSeconds> from;
    std::optional<UnixSeconds> to;
    for (const integrity::ChainReport& chain : findings_.chains) {
      if (chain.coverage.empty()) continue;
      from = std::min(from.value_or(chain.coverage.front().from), chain.coverage.front().from);
      to = std::max(to.value_or(chain.coverage.back().to), chain.coverage.back().to);
    }
    line(paint_(Ink::Bold, "Trailwarden") + "  integrity of CloudTrail's log files, " +
         period(from, to));
    line();
    const std::string number = plural(findings_.problems.size(), "problem");
    if (findings_.tampered()) {
      line("  " + paint_(Ink::Red, "TAMPERED") + "  " + number);
    } else if (findings_.unreadable()) {
      line("  " + paint_(Ink::Yellow, "UNREADABLE") + "  " + number);
    } else {
      const bool all = findings_.digests.unproven + findings_.logs.unproven == 0;
      line("  " + paint_(Ink::Green, "INTACT") +
           (all ? "  every digest and the log files that they name are proven"
                : "  nothing speaks against what is here, and most of it is proven"));
    }
    line();
  }

  void counts() {
    line(paint_(Ink::Dim, pad_right("", 14) + pad_left("valid", 10) + pad_left("unproven", 11) +
                              pad_left("invalid", 11) + pad_left("missing", 11) +
                              pad_left("unreadable", 12)));
    count_row("digests", findings_.digests);
    count_row("log files", findings_.logs);
    if (findings_.logs.added != 0) {
      line("  " + plural(findings_.logs.added, "log file") + " more that no digest names");
    }
    line();
  }

  void count_row(std::string_view name, const Counts& counts) {
    const auto cell = [this](std::uint64_t value, std::size_t width, Ink ink) {
      return value == 0 ? std::string(width - 1, ' ') + "·"
                        : paint_(ink, pad_left(grouped(value), width));
    };
    line("  " + pad_right(name, 12) + cell(counts.valid, 10, Ink::Green) +
         cell(counts.unproven, 11, Ink::Yellow) + cell(counts.invalid, 11, Ink::Red) +
         cell(counts.missing, 11, Ink::Red) + cell(counts.unreadable, 12, Ink::Yellow));
  }

  void problems() {
    const std::size_t shown = std::min(kProblems, findings_.problems.size());
    for (std::size_t i = 0; i < shown; ++i) problem(i + 1, findings_.problems[i]);
    if (findings_.problems.size() > shown) {
      line("and " + plural(findings_.problems.size() - shown, "more problem") +
           " (see --format json)\n");
    }
  }

  void problem(std::size_t number, const Problem& found) {
    const integrity::ProblemText& text = integrity::text_of(found.kind);
    const Ink ink = is_unreadable(found.kind) ? Ink::Yellow : Ink::Red;
    line(std::to_string(number) + "  " + paint_(ink, upper(text.title)));
    for (const std::string& each : wrap(text.meaning, kColumns - 3)) line("   " + each);
    line();
    key("file", found.file);
    field("of", place(found.chain) + (found.from ? ", " + period(found.from, found.to) : ""));
    evidence("expected", found.expected);
    evidence("found", found.found);
    key("named by", found.digest);
    line();
  }

  static std::string place(const integrity::ChainName& chain) {
    return chain.account + " " + chain.region +
           (chain.trail.empty() ? "" : ", trail " + chain.trail) +
           (chain.backfill ? " (backfill)" : "");
  }

  static std::string shown(std::string_view value) {
    return shorten_middle(printable(value.substr(0, std::min<std::size_t>(value.size(), 4096))),
                          kValueColumns);
  }

  void field(std::string_view name, std::string_view value) {
    if (!value.empty()) lines_of(name, wrap(shown(value), kFieldColumns));
  }

  // A key's folders, then its file: names are longer than a line together.
  void key(std::string_view name, std::string_view key) {
    if (key.empty()) return;
    const std::size_t file = key.rfind('/') + 1;
    std::vector<std::string> lines;
    for (const std::string_view part : {key.substr(0, file), key.substr(file)}) {
      if (part.empty()) continue;
      for (std::string& each : wrap(shown(part), kFieldColumns)) {
        lines.push_back(std::move(each));
      }
    }
    lines_of(name, lines);
  }

  // Hashes stand alone in their line; of a signature the beginning is enough to tell it by.
  void evidence(std::string_view name, std::string_view value) {
    constexpr std::string_view kHash = "sha-256 ";
    if (value.starts_with(kHash)) value.remove_prefix(kHash.size());
    const bool long_one = value.starts_with("signature ");
    field(name, long_one ? shorten(printable(value), kFieldColumns) : std::string(value));
  }

  void lines_of(std::string_view name, const std::vector<std::string>& lines) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      line("   " + paint_(Ink::Dim, pad_right(i == 0 ? name : "", 10)) + lines[i]);
    }
  }

  // Remarks of a kind together, with their places.
  void remarks() {
    for (int kind = 0; kind <= static_cast<int>(RemarkKind::NeverCovered); ++kind) {
      std::vector<const Remark*> same;
      std::uint64_t files = 0;
      for (const Remark& each : findings_.remarks) {
        if (static_cast<int>(each.kind) != kind) continue;
        same.push_back(&each);
        files += each.files;
      }
      if (same.empty()) continue;
      paragraph(sentence(static_cast<RemarkKind>(kind), same.size(), files));
      const std::size_t shown = same.size() == kFiles + 1 ? same.size() : kFiles;
      for (std::size_t i = 0; i < std::min(shown, same.size()); ++i) place_row(*same[i]);
      if (same.size() > shown) {
        line("   " + paint_(Ink::Dim, "and " + grouped(same.size() - shown) + " more"));
      }
      line();
    }
  }

  void paragraph(std::string_view text) {
    bool first = true;
    for (const std::string& each : wrap(text, kColumns - 3)) {
      line((first ? "*  " : "   ") + each);
      first = false;
    }
  }

  void place_row(const Remark& remark) {
    const std::string when = remark.to
                                 ? ", " + (remark.from ? period(remark.from, remark.to)
                                                       : "until " + moment(remark.to) + " UTC")
                                 : "";
    const auto lines = wrap(shown(place(remark.chain)) + when, kColumns - 3);
    for (const std::string& each : lines) line("   " + paint_(Ink::Dim, each));
  }

  const integrity::Findings& findings_;
  Paint paint_;
  std::string out_;
};

}  // namespace

std::string render_integrity_text(const IntegrityReport& report, bool colours) {
  return IntegrityText(report, colours).render();
}

}  // namespace trailwarden::report
