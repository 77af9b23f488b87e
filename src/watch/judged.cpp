#include "watch/judged.h"

#include "base/hash.h"

namespace trailwarden::watch {

Counts& Counts::operator+=(const Counts& other) {
  read += other.read;
  judged += other.judged;
  filtered += other.filtered;
  skipped += other.skipped;
  suppressed += other.suppressed;
  return *this;
}

std::string fingerprint(const triage::Sighting& sighting, std::string_view record) {
  std::string shown = std::to_string(sighting.time.value_or(0));
  for (const std::string* text :
       {&sighting.source, &sighting.name, &sighting.region, &sighting.source_ip,
        &sighting.user_agent, &sighting.error_code, &sighting.principal, &sighting.account}) {
    shown += '\0';
    shown += *text;
  }
  constexpr char kHex[] = "0123456789abcdef";
  std::string print;
  const std::uint64_t hash = hash64(shown);
  for (int shift = 60; shift >= 0; shift -= 4) print += kHex[hash >> shift & 0xFU];
  print += ':';
  print += sighting.event_id.empty() ? record : std::string_view(sighting.event_id);
  return print;
}

}  // namespace trailwarden::watch
