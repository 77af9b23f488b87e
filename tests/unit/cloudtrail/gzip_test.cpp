#include "cloudtrail/gzip.h"

namespace trailwarden::cloudtrail {
namespace {

// A member with an empty text whose header carries a checksum, and a wrong one. Found by
// gzip_fuzz: libdeflate does not look at it, zlib does, and what a file says must not depend on
// which of them reads it.
constexpr std::string_view kWrongHeaderChecksum(
    "\x1f\x8b\x08\x02\0\0\0\0\0\0\x12\x34\x03\0\0\0\0\0\0\0\0\0", 22);

TEST(Inflater, LeavesHeaderChecksumsToZlib) {
  Inflater inflater;
  EXPECT_EQ(inflater.whole(kWrongHeaderChecksum), std::nullopt);
  MemoryStream bytes(kWrongHeaderChecksum);
  GzipStream stream(inflater, bytes);
  char text[8];
  EXPECT_EQ(stream.read(text), 0U);
  ASSERT_TRUE(stream.fault().has_value());
  EXPECT_EQ(stream.fault()->kind, ProblemKind::BadGzip);
}

}  // namespace
}  // namespace trailwarden::cloudtrail
