// The kernel for any machine, and the one that the others are compared with.
#include <initializer_list>

#include "json/index_blocks.h"

namespace trailwarden::json {
namespace {

constexpr uint8_t kQuote = 1;
constexpr uint8_t kBackslash = 2;
constexpr uint8_t kOp = 4;
constexpr uint8_t kWhite = 8;
constexpr uint8_t kControl = 16;
constexpr uint8_t kNonAscii = 32;

struct Classes {
  uint8_t of[256] = {};
  constexpr void put(char byte, uint8_t classes) { of[static_cast<uint8_t>(byte)] = classes; }
  constexpr Classes() {
    for (int byte = 0; byte < 0x20; ++byte) of[byte] = kControl;
    for (int byte = 0x80; byte < 0x100; ++byte) of[byte] = kNonAscii;
    for (const char op : {'{', '}', '[', ']', ':', ','}) put(op, kOp);
    for (const char white : {'\t', '\n', '\r'}) put(white, static_cast<uint8_t>(kControl | kWhite));
    put(' ', kWhite);
    put('"', kQuote);
    put('\\', kBackslash);
  }
};
constexpr Classes kClasses;

struct Portable : PlainArithmetic {
  static Masks classify(const char* block) {
    Masks masks{};
    for (int i = 0; i < 64; ++i) {
      const uint64_t all = kClasses.of[static_cast<unsigned char>(block[i])];
      masks.quote |= (all & 1) << i;
      masks.backslash |= ((all >> 1) & 1) << i;
      masks.op |= ((all >> 2) & 1) << i;
      masks.white |= ((all >> 3) & 1) << i;
      masks.control |= ((all >> 4) & 1) << i;
      masks.non_ascii |= (all >> 5) << i;
    }
    return masks;
  }
};

}  // namespace

void index_portable(IndexScan& scan, uint32_t end) { index_blocks<Portable>(scan, end); }

}  // namespace trailwarden::json
