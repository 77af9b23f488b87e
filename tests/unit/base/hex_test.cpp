#include "base/hex.h"

namespace trailwarden {
namespace {

TEST(Hex, OfBytes) {
  EXPECT_EQ(to_hex(std::string_view{}), "");
  EXPECT_EQ(to_hex(std::string_view("\x00\x7f\x80\xff\n", 5)), "007f80ff0a");
}

TEST(Hex, OfANumber) {
  EXPECT_EQ(to_hex(std::uint64_t{0}), "0000000000000000");
  EXPECT_EQ(to_hex(std::uint64_t{0x0123'4567'89ab'cdef}), "0123456789abcdef");
  EXPECT_EQ(to_hex(~std::uint64_t{0}), "ffffffffffffffff");
}

}  // namespace
}  // namespace trailwarden
