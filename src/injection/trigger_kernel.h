// The seam between the trigger scan and its kernels: one file a kernel, compiled with that
// instruction set's flags. No inline function and no template stands here: a copy compiled with
// AVX2 could else be linked into code that any machine runs (as json/index_kernel.h).
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace trailwarden::injection {

// Places of a trigger of the long and of the short set.
inline constexpr int kLongPlaces = 6;
inline constexpr int kShortPlaces = 5;

// Bytes that a kernel reads behind a block's first byte: 64, and the rest of a trigger that begins
// in its last one.
inline constexpr size_t kBlockReach = 64 + kLongPlaces - 1;

// Eight groups of triggers a set. Bit g of table[p][b & 15] is set if byte b may be at place p of a
// trigger of group g. Bytes that share four bits with those pass as well; is_sign() is exact.
struct TriggerTables {
  alignas(16) uint8_t long_set[kLongPlaces][16];
  alignas(16) uint8_t short_set[kShortPlaces][16];
};
extern const TriggerTables kTriggerTables;

// Whether a trigger begins at `at`, or a byte stands there that is not ASCII, one of % & <, or a
// backslash before a 'u'. kLongPlaces bytes are readable.
bool is_sign(const char* at);

// Whether the run of letters and digits around `at`, within `size` bytes of `text`, reads like text
// in Base64 or hexadecimal digits.
bool is_encoded_text(const char* text, size_t size, size_t at);

// Whether a text (of `size` bytes, nothing behind them is read) shows one of the signs that
// trigger_scan.h lists.
using TriggerKernel = bool (*)(const char* text, size_t size);

bool scan_portable(const char* text, size_t size);
#if defined(__x86_64__)
bool scan_avx2(const char* text, size_t size);
#endif

}  // namespace trailwarden::injection
