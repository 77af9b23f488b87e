// The kernel for x86-64 machines since Haswell and Excavator. Compiled with -mavx2 -mpclmul -mbmi
// -mpopcnt; run only where the processor has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "json/index_blocks.h"

namespace trailwarden::json {
namespace {

struct Avx2 {
  static uint64_t bits(__m256i low, __m256i high) {
    const auto low_bits = static_cast<uint32_t>(_mm256_movemask_epi8(low));
    const auto high_bits = static_cast<uint32_t>(_mm256_movemask_epi8(high));
    return uint64_t{low_bits} | (uint64_t{high_bits} << 32);
  }

  static __m256i is(__m256i bytes, char wanted) {
    return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(wanted));
  }

  // The low four bits of a byte choose the one white character that it could be.
  static __m256i white(__m256i bytes) {
    const __m256i table = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0));
    return _mm256_cmpeq_epi8(bytes, _mm256_shuffle_epi8(table, bytes));
  }

  // The same, with bit 5 set, which is all that tells [ from { and ] from }. It also makes 0x0C
  // look like a comma and 0x1A like a colon: the caller takes control characters out.
  static __m256i op(__m256i bytes) {
    const __m256i table = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0));
    const __m256i folded = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
    return _mm256_cmpeq_epi8(folded, _mm256_shuffle_epi8(table, bytes));
  }

  static __m256i control(__m256i bytes) {
    const __m256i low = _mm256_set1_epi8(0x1F);
    return _mm256_cmpeq_epi8(_mm256_max_epu8(bytes, low), low);
  }

  static Masks classify(const char* block) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + 32));
    Masks masks;
    masks.quote = bits(is(low, '"'), is(high, '"'));
    masks.backslash = bits(is(low, '\\'), is(high, '\\'));
    masks.control = bits(control(low), control(high));
    masks.op = bits(op(low), op(high)) & ~masks.control;
    masks.white = bits(white(low), white(high));
    masks.non_ascii = bits(low, high);
    return masks;
  }

  // Multiplying without carries by all ones adds up all lower bits.
  static uint64_t prefix_xor(uint64_t bits_in) {
    const __m128i factor = _mm_set1_epi8('\xFF');
    const __m128i value = _mm_set_epi64x(0, static_cast<long long>(bits_in));
    return static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(value, factor, 0)));
  }

  // Eight at a time whether or not there are as many: fewer branches to mispredict.
  static uint32_t* write(uint64_t tokens, uint32_t base, uint32_t* out) {
    const int count = __builtin_popcountll(tokens);
    for (int written = 0; written < count; written += 8) {
      for (int i = 0; i < 8; ++i) {
        out[written + i] = base + static_cast<uint32_t>(_tzcnt_u64(tokens));
        tokens = _blsr_u64(tokens);
      }
    }
    return out + count;
  }
};

}  // namespace

void index_avx2(IndexScan& scan, uint32_t end) { index_blocks<Avx2>(scan, end); }

}  // namespace trailwarden::json
#endif
