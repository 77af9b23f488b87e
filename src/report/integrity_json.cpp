#include "base/utc_time.h"
#include "json/writer.h"
#include "report/integrity_report.h"

namespace trailwarden::report {
namespace {

using integrity::ChainName;
using integrity::Counts;

std::int64_t number(std::uint64_t count) { return static_cast<std::int64_t>(count); }

class IntegrityJson {
 public:
  explicit IntegrityJson(const IntegrityReport& report) : report_(report) {}

  std::string render() && {
    const integrity::Findings& findings = report_.findings;
    json_.begin_object();
    json_.key("schema").number(std::int64_t{kIntegritySchema});
    json_.key("generator").string(report_.generator);
    json_.key("verdict").string(findings.tampered()     ? "tampered"
                                : findings.unreadable() ? "unreadable"
                                                        : "intact");
    json_.key("inputs").begin_array();
    for (const std::string& input : report_.inputs) json_.string(input);
    json_.end_array();
    counts("digests", findings.digests);
    counts("log_files", findings.logs);
    problems();
    remarks();
    chains();
    json_.end_object();
    return out_ + "\n";
  }

 private:
  void counts(std::string_view name, const Counts& counts) {
    json_.key(name).begin_object();
    json_.key("valid").number(number(counts.valid));
    json_.key("unproven").number(number(counts.unproven));
    json_.key("invalid").number(number(counts.invalid));
    json_.key("missing").number(number(counts.missing));
    json_.key("unreadable").number(number(counts.unreadable));
    if (name == "log_files") {
      json_.key("added").number(number(counts.added));
      json_.key("uncovered").number(number(counts.uncovered));
    }
    json_.end_object();
  }

  void chain(const ChainName& name) {
    json_.key("account").string(name.account);
    json_.key("region").string(name.region);
    json_.key("trail").string_or_null(name.trail);
    json_.key("home_region").string_or_null(name.home_region);
    json_.key("backfill").boolean(name.backfill);
  }

  void time(std::string_view name, std::optional<UnixSeconds> time) {
    json_.key(name).string_or_null(time ? format_utc(*time) : "");
  }

  void problems() {
    json_.key("problems").begin_array();
    for (const integrity::Problem& problem : report_.findings.problems) {
      json_.begin_object();
      json_.key("kind").string(integrity::text_of(problem.kind).id);
      json_.key("title").string(integrity::text_of(problem.kind).title);
      json_.key("file").string(problem.file);
      json_.key("digest").string_or_null(problem.digest);
      json_.key("expected").string_or_null(problem.expected);
      json_.key("found").string_or_null(problem.found);
      time("from", problem.from);
      time("to", problem.to);
      chain(problem.chain);
      json_.end_object();
    }
    json_.end_array();
  }

  void remarks() {
    json_.key("remarks").begin_array();
    for (const integrity::Remark& remark : report_.findings.remarks) {
      json_.begin_object();
      json_.key("kind").string(integrity::id_of(remark.kind));
      json_.key("file").string_or_null(remark.file);
      json_.key("files").number(number(remark.files));
      time("from", remark.from);
      time("to", remark.to);
      chain(remark.chain);
      json_.end_object();
    }
    json_.end_array();
  }

  void chains() {
    json_.key("coverage").begin_array();
    for (const integrity::ChainReport& each : report_.findings.chains) {
      json_.begin_object();
      chain(each.name);
      counts("digests", each.digests);
      counts("log_files", each.logs);
      json_.key("ranges").begin_array();
      for (const integrity::Stretch& stretch : each.coverage) range(stretch);
      for (const integrity::Stretch& stretch : each.unnamed) range(stretch);
      json_.end_array();
      json_.end_object();
    }
    json_.end_array();
  }

  void range(const integrity::Stretch& stretch) {
    json_.begin_object();
    time("from", stretch.from);
    time("to", stretch.to);
    json_.key("state").string(integrity::id_of(stretch.coverage));
    json_.key("log_files").number(number(stretch.log_files));
    json_.end_object();
  }

  const IntegrityReport& report_;
  std::string out_;
  json::Writer json_{out_};
};

}  // namespace

std::string render_integrity_json(const IntegrityReport& report) {
  return IntegrityJson(report).render();
}

}  // namespace trailwarden::report
