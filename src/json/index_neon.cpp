// The kernel for 64-bit ARM, where NEON is always there.
#if defined(__aarch64__)
#include <arm_neon.h>

#include "json/index_blocks.h"

namespace trailwarden::json {
namespace {

struct Neon : PlainArithmetic {
  // NEON has no movemask: give each lane one bit of its byte, then add neighbours up.
  static uint64_t bits(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
    alignas(16) static constexpr uint8_t kBits[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                                      1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t bit = vld1q_u8(kBits);
    const uint8x16_t low = vpaddq_u8(vandq_u8(a, bit), vandq_u8(b, bit));
    const uint8x16_t high = vpaddq_u8(vandq_u8(c, bit), vandq_u8(d, bit));
    const uint8x16_t sum = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sum, sum)), 0);
  }

  template <class Test>
  static uint64_t where(const uint8x16x4_t& block, Test test) {
    return bits(test(block.val[0]), test(block.val[1]), test(block.val[2]), test(block.val[3]));
  }

  static uint64_t is(const uint8x16x4_t& block, uint8_t wanted) {
    return where(block, [wanted](uint8x16_t b) { return vceqq_u8(b, vdupq_n_u8(wanted)); });
  }

  static uint8x16_t op(uint8x16_t bytes) {
    const uint8x16_t folded = vorrq_u8(bytes, vdupq_n_u8(0x20));
    const uint8x16_t brackets =
        vorrq_u8(vceqq_u8(folded, vdupq_n_u8('{')), vceqq_u8(folded, vdupq_n_u8('}')));
    return vorrq_u8(brackets,
                    vorrq_u8(vceqq_u8(bytes, vdupq_n_u8(':')), vceqq_u8(bytes, vdupq_n_u8(','))));
  }

  static uint8x16_t white(uint8x16_t bytes) {
    const uint8x16_t ends =
        vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('\n')), vceqq_u8(bytes, vdupq_n_u8('\r')));
    return vorrq_u8(ends,
                    vorrq_u8(vceqq_u8(bytes, vdupq_n_u8(' ')), vceqq_u8(bytes, vdupq_n_u8('\t'))));
  }

  static Masks classify(const char* at) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(at);
    const uint8x16x4_t block = {
        {vld1q_u8(bytes), vld1q_u8(bytes + 16), vld1q_u8(bytes + 32), vld1q_u8(bytes + 48)}};
    Masks masks;
    masks.quote = is(block, '"');
    masks.backslash = is(block, '\\');
    masks.op = where(block, op);
    masks.white = where(block, white);
    masks.control = where(block, [](uint8x16_t b) { return vcltq_u8(b, vdupq_n_u8(0x20)); });
    masks.non_ascii = where(block, [](uint8x16_t b) { return vcgeq_u8(b, vdupq_n_u8(0x80)); });
    return masks;
  }
};

}  // namespace

void index_neon(IndexScan& scan, uint32_t end) { index_blocks<Neon>(scan, end); }

}  // namespace trailwarden::json
#endif
