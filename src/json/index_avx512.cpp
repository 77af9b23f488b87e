// The kernel for x86-64 machines since Ice Lake and Zen 4. Compiled with -mavx512f -mavx512bw
// -mavx512vl -mavx512vbmi2 -mpclmul -mbmi -mpopcnt; run only where the processor has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "json/index_blocks.h"

namespace trailwarden::json {
namespace {

struct Avx512 {
  static uint64_t is(__m512i bytes, char wanted) {
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(wanted));
  }

  // White space and operators by the low four bits of a byte: see index_avx2.cpp.
  static Masks classify(const char* block) {
    const __m512i white = _mm512_broadcast_i32x4(
        _mm_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0));
    const __m512i op = _mm512_broadcast_i32x4(
        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0));
    const __m512i bytes = _mm512_loadu_si512(block);
    const __m512i folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    Masks masks;
    masks.quote = is(bytes, '"');
    masks.backslash = is(bytes, '\\');
    masks.control = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20));
    masks.op = _mm512_cmpeq_epi8_mask(folded, _mm512_shuffle_epi8(op, bytes)) & ~masks.control;
    masks.white = _mm512_cmpeq_epi8_mask(bytes, _mm512_shuffle_epi8(white, bytes));
    masks.non_ascii = _mm512_movepi8_mask(bytes);
    return masks;
  }

  static uint64_t prefix_xor(uint64_t bits) {
    const __m128i factor = _mm_set1_epi8('\xFF');
    const __m128i value = _mm_set_epi64x(0, static_cast<long long>(bits));
    return static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(value, factor, 0)));
  }

  static void write_16(__m128i positions, __m512i base, uint32_t* out) {
    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(positions), base));
  }

  // Compresses the byte numbers 0..63 to those of the set bits, then widens them.
  static uint32_t* write(uint64_t tokens, uint32_t base, uint32_t* out) {
    alignas(64) static constexpr uint8_t kBytes[64] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    const int count = __builtin_popcountll(tokens);
    const __m512i at = _mm512_maskz_compress_epi8(tokens, _mm512_load_si512(kBytes));
    const __m512i add = _mm512_set1_epi32(static_cast<int>(base));
    write_16(_mm512_castsi512_si128(at), add, out);
    if (count > 16) {
      write_16(_mm512_extracti32x4_epi32(at, 1), add, out + 16);
      if (count > 32) {
        write_16(_mm512_extracti32x4_epi32(at, 2), add, out + 32);
        write_16(_mm512_extracti32x4_epi32(at, 3), add, out + 48);
      }
    }
    return out + count;
  }
};

}  // namespace

void index_avx512(IndexScan& scan, uint32_t end) { index_blocks<Avx512>(scan, end); }

}  // namespace trailwarden::json
#endif
