// What a digest leaves behind for the next one: how much of what there was, and which cases.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "digest/page.h"
#include "scan/result.h"

namespace trailwarden::digest {

struct Facts {
  std::optional<UnixSeconds> first, last;  // Of the events of the period.
  std::uint64_t events = 0;
  std::map<std::string, std::uint64_t> users{}, services{}, regions{};  // Events of each.
  std::map<std::string, std::string> cases{};  // Id to title: dangerous and uncertain ones.

  bool operator==(const Facts&) const = default;
};

Facts facts_of(const scan::ScanResult& result);

// One JSON object, and back. Error: the text is no such object.
std::string to_json(const Facts& facts);
Result<Facts> facts_from_json(std::string_view text);

// What is new, gone or much more or less than before, what matters most first: regions, services,
// users, the number of events, cases that go on.
std::vector<Item> changes(const Facts& before, const Facts& now);

}  // namespace trailwarden::digest
