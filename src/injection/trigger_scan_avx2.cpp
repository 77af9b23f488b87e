// The kernel for x86-64 machines since Haswell and Excavator. Compiled with -mavx2 -mbmi -mpopcnt;
// run only where the processor has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "injection/trigger_blocks.h"

namespace trailwarden::injection {
namespace {

struct Avx2 {
  struct Block {
    __m256i low;  // Not 0 where a sign may begin.
    __m256i high;
    uint64_t alnum;
  };

  // Kinds of bytes, told by both halves of the byte.
  static constexpr char kDigit = 1, kLetterLow = 2, kLetterHigh = 4;
  static constexpr char kMark = 8, kLess = 16, kBackslash = 32, kBeyond = 64;
  static constexpr char kAlnum = kDigit | kLetterLow | kLetterHigh;
  static constexpr char kSign = kMark | kLess | kBackslash | kBeyond;

  static __m256i both(__m128i table) { return _mm256_broadcastsi128_si256(table); }
  static __m256i table(const uint8_t (&bytes)[16]) {
    return both(_mm_load_si128(reinterpret_cast<const __m128i*>(bytes)));
  }
  static __m256i load(const char* at) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  }

  // The groups whose triggers may begin at each byte. A shuffle looks at the low four bits of its
  // index, and gives 0 where the top one is set: no trigger has such a byte.
  static __m256i triggers(const char* at) {
    __m256i longs = _mm256_shuffle_epi8(table(kTriggerTables.long_set[0]), load(at));
    __m256i shorts = _mm256_shuffle_epi8(table(kTriggerTables.short_set[0]), load(at));
#pragma GCC unroll 6
    for (int place = 1; place < kLongPlaces; ++place) {
      longs = _mm256_and_si256(
          longs, _mm256_shuffle_epi8(table(kTriggerTables.long_set[place]), load(at + place)));
    }
#pragma GCC unroll 5
    for (int place = 1; place < kShortPlaces; ++place) {
      shorts = _mm256_and_si256(
          shorts, _mm256_shuffle_epi8(table(kTriggerTables.short_set[place]), load(at + place)));
    }
    return _mm256_or_si256(longs, shorts);
  }

  static __m256i kinds(__m256i bytes) {
    constexpr char kAny = kAlnum | kBeyond;
    constexpr char kLetters = kLetterLow | kLetterHigh | kBeyond;
    constexpr char kLow = kLetterLow | kBeyond;
    const __m256i low = both(_mm_setr_epi8(kDigit | kLetterHigh | kBeyond, kAny, kAny, kAny, kAny,
                                           kAny | kMark, kAny | kMark, kAny, kAny, kAny, kLetters,
                                           kLow, kLow | kLess | kBackslash, kLow, kLow, kLow));
    const __m256i high = both(_mm_setr_epi8(
        0, 0, kMark, kDigit | kLess, kLetterLow, kLetterHigh | kBackslash, kLetterLow, kLetterHigh,
        kBeyond, kBeyond, kBeyond, kBeyond, kBeyond, kBeyond, kBeyond, kBeyond));
    const __m256i half = _mm256_set1_epi8(0x0F);
    return _mm256_and_si256(
        _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half)),
        _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)));
  }

  static uint32_t nonzero(__m256i bytes) {
    return ~static_cast<uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256())));
  }

  static Block look(const char* block) {
    const __m256i low = kinds(load(block));
    const __m256i high = kinds(load(block + 32));
    const __m256i sign = _mm256_set1_epi8(kSign);
    const __m256i alnum = _mm256_set1_epi8(kAlnum);
    return {_mm256_or_si256(triggers(block), _mm256_and_si256(low, sign)),
            _mm256_or_si256(triggers(block + 32), _mm256_and_si256(high, sign)),
            nonzero(_mm256_and_si256(low, alnum)) | uint64_t{nonzero(_mm256_and_si256(high, alnum))}
                                                        << 32};
  }

  static bool has_suspects(const Block& block) {
    const __m256i either = _mm256_or_si256(block.low, block.high);
    return _mm256_testz_si256(either, either) == 0;
  }

  static uint64_t suspects(const Block& block) {
    return nonzero(block.low) | uint64_t{nonzero(block.high)} << 32;
  }
};

}  // namespace

bool scan_avx2(const char* text, size_t size) { return scan_blocks<Avx2>(text, size); }

}  // namespace trailwarden::injection
#endif
