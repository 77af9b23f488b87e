#include "cli/man_page.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "cli/options.h"

namespace trailwarden::cli {
namespace {

constexpr const char* kPage = TW_SOURCE_DIR "/docs/trailwarden.1";

// TW_UPDATE_GOLDEN=1 rewrites it; git diff is the review.
TEST(ManPage, IsTheCommittedOne) {
  const std::string page = render_man_page();
  if (std::getenv("TW_UPDATE_GOLDEN") != nullptr) std::ofstream(kPage, std::ios::binary) << page;
  std::ifstream file(kPage, std::ios::binary);
  const std::string committed{std::istreambuf_iterator<char>(file),
                              std::istreambuf_iterator<char>()};
  EXPECT_EQ(page, committed);
}

TEST(ManPage, HasNoWarnings) {
  if (std::system("man --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "there is no man";
  EXPECT_EQ(std::system("test -z \"$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l " TW_SOURCE_DIR
                        "/docs/trailwarden.1 2>&1 >/dev/null)\""),
            0);
}

}  // namespace
}  // namespace trailwarden::cli
