// How CloudTrail lays its files down in a bucket, as far as a listing needs it:
//
//   [prefix/]AWSLogs/[o-ORG/]ACCOUNT/KIND/REGION/YYYY/MM/DD/FILE
//
// Source of fact: CloudTrail User Guide, "Finding your CloudTrail log files".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/utc_time.h"

namespace trailwarden::source {

// What a folder holds, told by its path: "" or a key up to and with a '/'.
enum class Place : std::uint8_t {
  Outside,       // Anything; AWSLogs/ may be below.
  Logs,          // AWSLogs/: organisations and accounts.
  Organization,  // o-ORG/: accounts.
  Account,       // Kinds, and folders of other services.
  Kind,          // CloudTrail/, CloudTrail-NetworkActivity/: regions.
  Region,        // A region's days, or what is below them.
  LeftOut,       // Digests, Insights, aggregated events, other services: no events of CloudTrail.
};
Place place_of(std::string_view folder);

// The folder that holds `key`: all up to and with its last '/'.
std::string_view folder_of(std::string_view key);

// Of a key that lies in a folder that is LeftOut: the path of that folder.
std::optional<std::string_view> left_out_folder(std::string_view key);

// Of a key that lies in AWSLogs/…/KIND/REGION/: that much of it.
std::optional<std::string_view> region_folder(std::string_view key);

// Days of delivery as keys have them: "2026/03/03". Empty: no bound.
struct Days {
  std::string first;
  std::string end;  // The first one that is not needed.

  bool operator==(const Days&) const = default;
};

// The days in which records of [since, until) are delivered: not before they happen, and within a
// day after.
Days days_of(std::optional<UnixSeconds> since, std::optional<UnixSeconds> until);

// The days from `first` on, up to and without `end`; nothing: no bound.
Days days_between(std::chrono::sys_days first, std::optional<std::chrono::sys_days> end);

// The day of delivery in a key of CloudTrail's layout; nothing where it has none.
std::optional<std::chrono::sys_days> day_of(std::string_view key);

// Whether `key` lies in a day that is needed. Keys of another layout do.
bool in_days(std::string_view key, const Days& days);

}  // namespace trailwarden::source
