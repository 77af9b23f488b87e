// The indexing algorithm itself, after Langdale and Lemire, "Parsing Gigabytes of JSON per Second"
// (2019), section 3.1: 64 bytes at a time become bit masks, and the rest is arithmetic on those.
//
// Included once by each index_*.cpp, which supplies `Isa`:
//   static Masks classify(const char* block)           the 64 bytes as masks
//   static uint64_t prefix_xor(uint64_t bits)          bit i = parity of bits 0..i
//   static uint32_t* write(uint64_t bits, uint32_t base, uint32_t* out)
//                                                      appends base + i for each bit i; may write
//                                                      64 entries beyond what it appends
// Everything here has internal linkage and calls no library: see index_kernel.h.
#pragma once

#include "json/index_kernel.h"

namespace trailwarden::json {
namespace {

// Bit i is byte i of the block.
struct Masks {
  uint64_t quote;
  uint64_t backslash;
  uint64_t op;         // { } [ ] : ,
  uint64_t white;      // Space, tab, line feed, carriage return.
  uint64_t control;    // Below 0x20.
  uint64_t non_ascii;  // Above 0x7F.
};

// What lies behind the text's end counts as white space, whatever bytes are there.
inline void cut(Masks& masks, uint64_t inside) {
  masks.quote &= inside;
  masks.backslash &= inside;
  masks.op &= inside;
  masks.white |= ~inside;
  masks.control &= inside;
  masks.non_ascii &= inside;
}

// The bytes that a backslash before them escapes: those behind a backslash that is not escaped
// itself. In a run of backslashes every other one counts from its first; a subtraction carries
// through the run and so tells odd runs from even ones (Jatin Bhateja's form, used by simdjson).
inline uint64_t escaped_bytes(uint64_t backslash, uint64_t& carry) {
  if (backslash == 0) [[likely]] {
    const uint64_t escaped = carry;
    carry = 0;
    return escaped;
  }
  constexpr uint64_t kOdd = 0xAAAAAAAAAAAAAAAAULL;
  const uint64_t starts = backslash & ~carry;
  const uint64_t code = (((starts << 1) | kOdd) - starts) ^ kOdd;
  const uint64_t escaped = code ^ (backslash | carry);
  carry = (code & backslash) >> 63;
  return escaped;
}

// For instruction sets that offer nothing better than shifts and counting zeros.
struct PlainArithmetic {
  static uint64_t prefix_xor(uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
  }

  static uint32_t* write(uint64_t bits, uint32_t base, uint32_t* out) {
    while (bits != 0) {
      *out++ = base + static_cast<uint32_t>(__builtin_ctzll(bits));
      bits &= bits - 1;
    }
    return out;
  }
};

template <class Isa>
inline void index_block(IndexScan& scan, const Masks& masks) {
  const uint64_t quote = masks.quote & ~escaped_bytes(masks.backslash, scan.escaped);
  // From each opening quote up to the byte before its closing one.
  const uint64_t in_string = Isa::prefix_xor(quote) ^ scan.in_string;
  const uint64_t scalar = ~(masks.op | masks.white | quote | in_string);
  const uint64_t scalar_start = scalar & ~((scalar << 1) | scan.in_scalar);
  uint64_t tokens = (masks.op & ~in_string) | (quote & in_string) | scalar_start;

  const uint64_t control_in_string = masks.control & in_string;
  if ((control_in_string | masks.non_ascii) != 0) [[unlikely]] {
    const uint64_t sound = settle_block(scan, control_in_string, masks.non_ascii);
    if (sound != ~uint64_t{0}) {
      scan.out = Isa::write(tokens & sound, scan.position, scan.out);
      scan.in_string = (in_string & (sound + 1)) != 0 ? ~uint64_t{0} : 0;
      return;
    }
  }
  scan.out = Isa::write(tokens, scan.position, scan.out);
  scan.in_string = static_cast<uint64_t>(static_cast<int64_t>(in_string) >> 63);
  scan.in_scalar = scalar >> 63;
}

template <class Isa>
inline void index_blocks(IndexScan& shared, uint32_t end) {
  IndexScan scan = shared;  // A local copy can live in registers.
  while (end - scan.position >= 64 && !scan.utf8_fault && !scan.control_fault) {
    index_block<Isa>(scan, Isa::classify(scan.text + scan.position));
    scan.position += 64;
  }
  const uint32_t left = end - scan.position;
  if (left != 0 && left < 64 && !scan.utf8_fault && !scan.control_fault) {
    Masks masks = Isa::classify(scan.text + scan.position);
    cut(masks, (uint64_t{1} << left) - 1);
    index_block<Isa>(scan, masks);
    scan.position = end;
  }
  shared = scan;
}

}  // namespace
}  // namespace trailwarden::json
