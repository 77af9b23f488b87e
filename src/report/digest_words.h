// What all renderings of a digest say in the same words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "digest/page.h"

namespace trailwarden::report {

// "CloudTrail digest, 2026-03-10 00:00 – 2026-03-11 23:59 UTC"
std::string digest_title(const digest::Page& page);

// "By user"; empty where nothing is broken down.
std::string groups_title(const digest::Page& page);

// What a group is called: its name, or that it has none.
std::string group_title(const digest::GroupSummary& group);

// "and 12 more users"; empty where all are shown.
std::string other_groups(const digest::Page& page);

// One of the tables that come from counts.
struct DigestTable {
  std::string_view title;  // "Users"
  const std::vector<scan::Row>& rows;
  std::size_t shown;  // The first of `rows`.
};
std::vector<DigestTable> digest_tables(const digest::Page& page);

// What was read and what of it the page is about, and who wrote it.
std::vector<std::string> digest_account(const digest::Page& page);

}  // namespace trailwarden::report
