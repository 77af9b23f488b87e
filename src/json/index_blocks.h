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

// The part of an IndexScan that each block changes. Apart from it, because what settle_block() is
// given must be in memory, and this should be in registers.
struct BlockScan {
  uint32_t position;
  uint32_t* out;
  uint64_t in_string, escaped, in_scalar, backslashes;
};

// False: a fault in this block.
template <class Isa>
inline bool index_block(IndexScan& shared, BlockScan& scan, const Masks& masks) {
  scan.backslashes |= masks.backslash;
  const uint64_t quote = masks.quote & ~escaped_bytes(masks.backslash, scan.escaped);
  // From each opening quote up to the byte before its closing one.
  const uint64_t in_string = Isa::prefix_xor(quote) ^ scan.in_string;
  const uint64_t scalar = ~(masks.op | masks.white | quote | in_string);
  const uint64_t scalar_start = scalar & ~((scalar << 1) | scan.in_scalar);
  const uint64_t tokens = (masks.op & ~in_string) | (quote & in_string) | scalar_start;

  const uint64_t control_in_string = masks.control & in_string;
  if ((control_in_string | masks.non_ascii) != 0) [[unlikely]] {
    shared.position = scan.position;
    const uint64_t sound = settle_block(shared, control_in_string, masks.non_ascii);
    if (sound != ~uint64_t{0}) {
      scan.out = Isa::write(tokens & sound, scan.position, scan.out);
      scan.in_string = (in_string & (sound + 1)) != 0 ? ~uint64_t{0} : 0;
      return false;
    }
  }
  scan.out = Isa::write(tokens, scan.position, scan.out);
  scan.in_string = static_cast<uint64_t>(static_cast<int64_t>(in_string) >> 63);
  scan.in_scalar = scalar >> 63;
  return true;
}

template <class Isa>
inline void index_blocks(IndexScan& shared, uint32_t end) {
  const char* const text = shared.text;
  BlockScan scan{shared.position, shared.out,       shared.in_string,
                 shared.escaped,  shared.in_scalar, shared.backslashes};
  bool sound = !shared.utf8_fault && !shared.control_fault;
  while (sound && end - scan.position >= 64) {
    sound = index_block<Isa>(shared, scan, Isa::classify(text + scan.position));
    if (sound) scan.position += 64;
  }
  const uint32_t left = end - scan.position;
  if (sound && left != 0) {
    Masks masks = Isa::classify(text + scan.position);
    cut(masks, (uint64_t{1} << left) - 1);
    sound = index_block<Isa>(shared, scan, masks);
    if (sound) scan.position = end;
  }
  shared.position = scan.position;
  shared.out = scan.out;
  shared.in_string = scan.in_string;
  shared.escaped = scan.escaped;
  shared.in_scalar = scan.in_scalar;
  shared.backslashes = scan.backslashes;
}

}  // namespace
}  // namespace trailwarden::json
