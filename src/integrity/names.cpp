#include "integrity/names.h"

#include <algorithm>

#include "cloudtrail/event.h"

namespace trailwarden::integrity {
namespace {

constexpr std::string_view kEnding = ".json.gz";

bool drop_ending(std::string_view& text, std::string_view ending) {
  if (!text.ends_with(ending)) return false;
  text.remove_suffix(ending.size());
  return true;
}

// Takes the part before the first `mark` away, mark included. nullopt: there is none.
std::optional<std::string_view> take_front(std::string_view& text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const std::string_view front = text.substr(0, at);
  text.remove_prefix(at + mark.size());
  return front;
}

// The same for the part behind the last '_'.
std::optional<std::string_view> take_back(std::string_view& text) {
  const std::size_t at = text.rfind('_');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view back = text.substr(at + 1);
  text.remove_suffix(text.size() - at);
  return back.empty() ? std::nullopt : std::optional(back);
}

// "20260311T090131Z" or, without seconds, "20260311T0901Z".
std::optional<UnixSeconds> parse_stamp(std::string_view stamp) {
  const bool with_seconds = stamp.size() == 16;
  if ((!with_seconds && stamp.size() != 14) || stamp[8] != 'T' || stamp.back() != 'Z') {
    return std::nullopt;
  }
  const auto part = [&](std::size_t at, std::size_t size) {
    return std::string(stamp.substr(at, size));
  };
  return cloudtrail::parse_time(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" +
                                part(9, 2) + ":" + part(11, 2) + ":" +
                                (with_seconds ? part(13, 2) : "00") + "Z");
}

}  // namespace

std::optional<DigestName> parse_digest_name(std::string_view file) {
  DigestName name;
  if (!drop_ending(file, kEnding)) return std::nullopt;
  name.backfill = drop_ending(file, "_backfill");
  const auto account = take_front(file, "_CloudTrail-Digest_");
  const auto region = take_front(file, "_");
  const auto stamp = take_back(file);
  const auto home = take_back(file);
  if (!account || !region || !stamp || !home || file.empty()) return std::nullopt;
  const auto end = parse_stamp(*stamp);
  if (!end) return std::nullopt;
  name.account = *account;
  name.region = *region;
  name.trail = file;
  name.home_region = *home;
  name.end = *end;
  return name;
}

std::optional<UnixSeconds> log_time(std::string_view file) {
  if (!drop_ending(file, kEnding)) return std::nullopt;
  if (!take_back(file)) return std::nullopt;
  const auto stamp = take_back(file);
  return stamp ? parse_stamp(*stamp) : std::nullopt;
}

std::string_view file_part(std::string_view key) { return key.substr(key.rfind('/') + 1); }

bool is_trail_file(std::string_view key) {
  const std::string_view file = file_part(key);
  return file.ends_with(kEnding) && !file.starts_with('.');
}

bool ends_with_path(std::string_view key, std::string_view tail) {
  if (!key.ends_with(tail)) return false;
  return key.size() == tail.size() || key[key.size() - tail.size() - 1] == '/';
}

}  // namespace trailwarden::integrity
