#include "sigma/suggest.h"

#include <gtest/gtest.h>

#include <string>

namespace trailwarden::sigma {
namespace {

TEST(Suggest, NearestWithinFewEdits) {
  constexpr std::string_view kWords[] = {"contains", "startswith", "endswith", "re", "lt", "lte"};
  EXPECT_EQ(closest("containz", kWords), "contains");
  EXPECT_EQ(closest("Contains", kWords), "contains") << "letter case is no edit";
  EXPECT_EQ(closest("contians", kWords), "contains") << "swapped letters are one edit";
  EXPECT_EQ(closest("startwith", kWords), "startswith");
  EXPECT_EQ(closest("ltx", kWords), "lt") << "the first of equals";
  EXPECT_EQ(closest("ER", kWords), "re");
  EXPECT_EQ(closest("zzzz", kWords), "");
  EXPECT_EQ(closest("", kWords), "");
  EXPECT_EQ(closest(std::string(1000, 'c'), kWords), "");
}

}  // namespace
}  // namespace trailwarden::sigma
