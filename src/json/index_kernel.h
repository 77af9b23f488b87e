// The seam between the indexer and its SIMD kernels: one file a kernel, compiled with that
// instruction set's flags. For that reason this header holds no inline function and pulls in no
// template: a copy compiled with AVX-512 could else be linked into code that any machine runs.
#pragma once

#include <stdint.h>

namespace trailwarden::json {

// One pass over one text; carried from call to call of a kernel.
struct IndexScan {
  const char* text;
  uint32_t size;               // Of the text; kPadding more bytes are readable.
  uint32_t position = 0;       // Next byte to index: a multiple of 64 until the last block.
  uint32_t* out = nullptr;     // Where the next token goes; 64 entries of slack behind the worst.
  uint64_t in_string = 0;      // All ones while inside a string, else 0.
  uint64_t escaped = 0;        // 1: a backslash escapes the next byte.
  uint64_t in_scalar = 0;      // 1: the last byte belongs to a number or literal.
  uint64_t backslashes = 0;    // Not 0: some came since it was set to 0.
  uint32_t utf8_checked = 0;   // All before it is valid UTF-8.
  uint32_t fault_offset = 0;   // Where indexing stopped,
  bool control_fault = false;  // at a control character inside a string
  bool utf8_fault = false;     // or at bytes that are not UTF-8.
};

// Indexes up to byte `end`: a multiple of 64, or the text's size. Stops at a fault.
using IndexKernel = void (*)(IndexScan& scan, uint32_t end);

// Looks closely at a block with bytes above 0x7F or with control characters inside a string.
// Records the first fault and returns the mask of the block's bytes before it (all ones: none).
uint64_t settle_block(IndexScan& scan, uint64_t control_in_string, uint64_t non_ascii);

void index_portable(IndexScan& scan, uint32_t end);
#if defined(__x86_64__)
void index_sse2(IndexScan& scan, uint32_t end);
void index_avx2(IndexScan& scan, uint32_t end);
void index_avx512(IndexScan& scan, uint32_t end);
#elif defined(__aarch64__)
void index_neon(IndexScan& scan, uint32_t end);
#endif

}  // namespace trailwarden::json
