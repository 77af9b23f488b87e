#include "cli/messages.h"

#include <algorithm>
#include <string>
#include <thread>

#include "cli/commands.h"
#include "cli/output.h"
#include "report/format.h"

namespace trailwarden::cli {

void print_problems(const scan::Problems& problems) {
  constexpr std::size_t kShown = 20;
  std::uint64_t all = 0;
  for (const auto& [kind, count] : problems.counts) all += is_notice(kind) ? 0 : count;
  for (std::size_t i = 0; i < std::min(kShown, problems.first.size()); ++i) {
    complain(to_string(problems.first[i]), kDone);
  }
  if (all > kShown) complain("and " + report::grouped(all - kShown) + " more problems", kDone);
}

void print_remarks(const sigma::RuleSet& rules) {
  for (const sigma::Remark& remark : rules.remarks) {
    const bool error = remark.severity == sigma::Remark::Severity::Error;
    complain(remark.where + ": " + (error ? "rule not loaded: " : "warning: ") + remark.message,
             kDone);
  }
}

unsigned threads_of(const Request& request) {
  if (request.has("threads")) return static_cast<unsigned>(std::stoul(request.text("threads")));
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace trailwarden::cli
