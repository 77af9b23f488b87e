#include "scan/shared_count.h"

#include <thread>

namespace trailwarden::scan {
namespace {

TEST(SharedCount, TellsNowAndThenAndAtItsEnd) {
  std::atomic<std::uint64_t> all{0};
  {
    SharedCount count(all);
    for (int i = 0; i < 255; ++i) count.add_one();
    EXPECT_EQ(all, 0U);
    count.add_one();
    EXPECT_EQ(all, 256U);
    count.add_one();
  }
  EXPECT_EQ(all, 257U);
}

TEST(SharedCount, ThreadsAddUp) {
  std::atomic<std::uint64_t> all{0};
  const auto work = [&all] {
    SharedCount count(all);
    for (int i = 0; i < 10'001; ++i) count.add_one();
  };
  {
    const std::jthread first(work);
    const std::jthread second(work);
  }
  EXPECT_EQ(all, 20'002U);
}

}  // namespace
}  // namespace trailwarden::scan
