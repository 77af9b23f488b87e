// Finds single bytes in short texts: where calling memchr costs more than looking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace trailwarden::json {

// Whether `text` holds `one` or `other`. 32 bytes must be readable behind `text`: two vectors at a
// time, so that nearly every member name takes one round and no branch depends on its length.
inline bool contains_either(std::string_view text, char one, char other) {
#if defined(__SSE2__)
  const __m128i first = _mm_set1_epi8(one);
  const __m128i second = _mm_set1_epi8(other);
  const auto found_at = [&](const char* at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, first), _mm_cmpeq_epi8(bytes, second));
    return std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(found))};
  };
  for (std::size_t at = 0; at < text.size(); at += 32) {
    const std::size_t left = text.size() - at;
    const std::uint64_t inside = (std::uint64_t{1} << (left < 32 ? left : 32)) - 1;
    const char* const bytes = text.data() + at;
    if (((found_at(bytes) | (found_at(bytes + 16) << 16)) & inside) != 0) return true;
  }
  return false;
#else
  for (const char byte : text) {
    if (byte == one || byte == other) return true;
  }
  return false;
#endif
}

}  // namespace trailwarden::json
