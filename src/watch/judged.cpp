#include "watch/judged.h"

#include "base/hash.h"
#include "base/hex.h"

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
  std::string print = to_hex(hash64(shown)) + ':';
  print += sighting.event_id.empty() ? record : std::string_view(sighting.event_id);
  return print;
}

}  // namespace trailwarden::watch
