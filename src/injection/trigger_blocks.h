// The trigger scan itself, 64 bytes at a time. Included once by each trigger_scan_*.cpp, which
// supplies `Isa`:
//   static Block look(const char* block)      at 64 bytes; reads kBlockReach
//   static bool has_suspects(const Block&)    whether a sign may begin at one of them
//   static uint64_t suspects(const Block&)    at which: bit i is byte i
//   Block::alnum                              which are letters or digits of ASCII
// Everything here has internal linkage: see trigger_kernel.h.
#pragma once

#include <string.h>

#include "injection/trigger_kernel.h"

namespace trailwarden::injection {
namespace {

// Shorter runs of letters and digits hold fewer than 30 characters of text in Base64.
constexpr unsigned kEncodedRun = 40;
// "i g n o r e": so many letters between others.
constexpr int kSpacedLetters = 5;

struct Scan {
  const char* text;
  size_t size;
  size_t position = 0;
  unsigned run = 0;  // Letters and digits right before `position`.
};

inline bool has_spaced_letters(uint64_t alnum) {
  const uint64_t single = ~alnum & (alnum >> 1) & ~(alnum >> 2);
  if (__builtin_popcountll(single) < kSpacedLetters) [[likely]]
    return false;
  uint64_t row = single & (single >> 2);
  row &= row >> 4;
  return (row & (single >> 8)) != 0;
}

// Where runs of kEncodedRun begin that lie inside of the block.
inline uint64_t long_runs(uint64_t alnum) {
  uint64_t run = alnum & (alnum >> 1);
  run &= run >> 2;
  run &= run >> 4;
  run &= run >> 8;
  run &= run >> 16;
  return run & (run >> 8);
}

inline bool is_encoded(Scan& scan, uint64_t alnum, unsigned bytes) {
  const uint64_t others = ~alnum;
  const auto lead = static_cast<unsigned>(others == 0 ? 64 : __builtin_ctzll(others));
  const unsigned run = scan.run + (lead < bytes ? lead : bytes);
  const size_t begin = scan.position - (scan.run != 0 ? 1 : 0);
  scan.run = lead >= bytes ? run : static_cast<unsigned>(__builtin_clzll(others << (64 - bytes)));
  if (run >= kEncodedRun) [[unlikely]] {  // Looked at where it ends, or every so often.
    if (is_encoded_text(scan.text, scan.size, begin)) return true;
  }
  const uint64_t inner = long_runs(alnum);
  return inner != 0 && is_encoded_text(scan.text, scan.size,
                                       scan.position + static_cast<size_t>(__builtin_ctzll(inner)));
}

template <class Isa>
inline bool has_sign(Scan& scan, const char* block, unsigned bytes) {
  const auto seen = Isa::look(block);
  const uint64_t inside = bytes == 64 ? ~uint64_t{0} : (uint64_t{1} << bytes) - 1;
  if (Isa::has_suspects(seen)) {
    for (uint64_t left = Isa::suspects(seen) & inside; left != 0; left &= left - 1) {
      if (is_sign(block + __builtin_ctzll(left))) return true;
    }
  }
  const uint64_t alnum = seen.alnum & inside;
  return has_spaced_letters(alnum) || is_encoded(scan, alnum, bytes);
}

template <class Isa>
inline bool scan_blocks(const char* text, size_t size) {
  Scan scan{text, size};
  while (size - scan.position >= kBlockReach) {
    if (has_sign<Isa>(scan, text + scan.position, 64)) return true;
    scan.position += 64;
  }
  // At most two blocks are left; nothing behind the text may be read.
  char tail[2 * 64 + kBlockReach] = {};
  const size_t left = size - scan.position;
  memcpy(tail, text + scan.position, left);
  for (size_t at = 0; at < left; at += 64) {
    const auto bytes = static_cast<unsigned>(left - at < 64 ? left - at : 64);
    if (has_sign<Isa>(scan, tail + at, bytes)) return true;
    scan.position += bytes;
  }
  return false;
}

}  // namespace
}  // namespace trailwarden::injection
