// Small phrases that all renderings for people share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.h"
#include "triage/case.h"

namespace trailwarden::report {

// "2026-03-03 12:41:07", or "no time".
std::string moment(std::optional<UnixSeconds> time);

// "2026-03-03 12:41 – 13:32 UTC", the day written twice only where it changes.
std::string period(std::optional<UnixSeconds> first, std::optional<UnixSeconds> last);

// 12345 as "12,345".
std::string grouped(std::uint64_t number);

// "1 event", "12,345 events".
std::string plural(std::uint64_t count, std::string_view noun);

std::string joined(const std::vector<std::string>& parts, std::string_view separator);

// The first few values, "and others" where there are more.
std::string some_of(const triage::Distinct& values);

}  // namespace trailwarden::report
