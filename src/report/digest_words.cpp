#include "report/digest_words.h"

#include <algorithm>

#include "report/format.h"

namespace trailwarden::report {
namespace {

// Of what watch did not keep.
std::string known_by_number(std::uint64_t events) {
  if (events == 0) return "";
  return " " + grouped(events) + " are known by number, by whole hours.";
}

}  // namespace

std::string digest_title(const digest::Page& page) {
  return "CloudTrail digest, " + period(page.first, page.last);
}

std::string groups_title(const digest::Page& page) {
  return page.groups.empty() ? "" : "By " + std::string(to_string(page.by));
}

std::string group_title(const digest::GroupSummary& group) {
  return group.name.empty() ? "(none)" : group.name;
}

std::string other_groups(const digest::Page& page) {
  if (page.other_groups == 0) return "";
  return "and " + plural(page.other_groups, "more " + std::string(to_string(page.by)));
}

std::vector<DigestTable> digest_tables(const digest::Page& page) {
  constexpr std::size_t kRows = 10;
  std::vector<DigestTable> tables;
  const auto add = [&](std::string_view title, const std::vector<scan::Row>& rows) {
    if (!rows.empty()) tables.push_back({title, rows, std::min(rows.size(), kRows)});
  };
  add("Users", page.users);
  add("Services", page.services);
  add("Regions", page.regions);
  return tables;
}

std::vector<std::string> digest_account(const digest::Page& page) {
  const scan::Counts& counts = page.counts;
  const digest::Collected& collected = page.collected;
  return {"Read " + grouped(counts.read) + " = judged " + grouped(counts.judged) + " + filtered " +
              grouped(counts.filtered) + " + repeated " + grouped(counts.repeated) + " + skipped " +
              grouped(counts.skipped) + " records.",
          "Of the judged: summed up here " + grouped(collected.kept) + ", calls of AWS services " +
              grouped(collected.services) + ", older " + grouped(collected.older) +
              ". Tables count all of them." + known_by_number(collected.counted),
          "Written by: " + page.author + "."};
}

}  // namespace trailwarden::report
