#include "base/hash.h"

#include <random>

namespace trailwarden {
namespace {

// Journals of earlier versions hold such hashes.
TEST(Hash, OfTextsIsThatOfTheirHashes) {
  std::mt19937 random(3);  // NOLINT(cert-msc51-cpp): repeatable
  for (std::size_t size = 0; size < 600; ++size) {
    std::string a(size, '\0');
    for (char& c : a) c = static_cast<char>(random());
    const std::string b = a.substr(0, size / 3);
    const std::uint64_t parts[] = {size, hash64(a), hash64(b), hash64("")};
    EXPECT_EQ(hash64(size, {a, b, ""}),
              hash64({reinterpret_cast<const char*>(parts), sizeof parts}))
        << size;
  }
}

TEST(Hash, OfTextsTellsWhereOneEnds) {
  EXPECT_NE(hash64(1, {"ab", "c"}), hash64(1, {"a", "bc"}));
  EXPECT_NE(hash64(1, {"a", ""}), hash64(1, {"a"}));
  EXPECT_NE(hash64(1, {"a", "b"}), hash64(1, {"b", "a"}));
  EXPECT_NE(hash64(1, {"a"}), hash64(2, {"a"}));
}

}  // namespace
}  // namespace trailwarden
