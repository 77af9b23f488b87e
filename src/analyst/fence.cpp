#include "analyst/fence.h"

#include "base/hash.h"
#include "base/hex.h"

namespace trailwarden::analyst {

std::string marker_for(std::string_view word, std::string_view data, std::uint64_t key) {
  std::string marker;
  do {
    marker.assign(word).append("-").append(to_hex(hash64(data, key++)));
  } while (data.find(marker) != data.npos);
  return marker;
}

}  // namespace trailwarden::analyst
