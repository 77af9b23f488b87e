// The kernel that every x86-64 machine runs.
#if defined(__x86_64__)
#include <emmintrin.h>

#include "json/index_blocks.h"

namespace trailwarden::json {
namespace {

struct Sse2 : PlainArithmetic {
  static __m128i is(__m128i bytes, char wanted) {
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted));
  }

  static uint64_t bits(__m128i bytes) {
    return static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(bytes)));
  }

  static void classify_16(const char* at, int shift, Masks& masks) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // Bit 5 is all that tells [ from { and ] from }.
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i brackets = _mm_or_si128(is(folded, '{'), is(folded, '}'));
    const __m128i op = _mm_or_si128(brackets, _mm_or_si128(is(bytes, ':'), is(bytes, ',')));
    const __m128i white = _mm_or_si128(_mm_or_si128(is(bytes, ' '), is(bytes, '\n')),
                                       _mm_or_si128(is(bytes, '\r'), is(bytes, '\t')));
    const __m128i low = _mm_set1_epi8(0x1F);
    masks.quote |= bits(is(bytes, '"')) << shift;
    masks.backslash |= bits(is(bytes, '\\')) << shift;
    masks.op |= bits(op) << shift;
    masks.white |= bits(white) << shift;
    masks.control |= bits(_mm_cmpeq_epi8(_mm_max_epu8(bytes, low), low)) << shift;
    masks.non_ascii |= bits(bytes) << shift;
  }

  static Masks classify(const char* block) {
    Masks masks{};
    for (int i = 0; i < 64; i += 16) classify_16(block + i, i, masks);
    return masks;
  }
};

}  // namespace

void index_sse2(IndexScan& scan, uint32_t end) { index_blocks<Sse2>(scan, end); }

}  // namespace trailwarden::json
#endif
