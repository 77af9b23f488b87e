#include "inference/jsonl.h"

#include <gtest/gtest.h>

namespace trailwarden::inference {
namespace {

using Lines = std::vector<std::string>;

Lines split(std::string_view text, std::size_t piece_bytes, LineSplitter& splitter) {
  Lines lines;
  const auto keep = [&](std::string_view line) -> Result<void> {
    lines.emplace_back(line);
    return {};
  };
  while (!text.empty()) {
    EXPECT_TRUE(splitter.feed(text.substr(0, piece_bytes), keep));
    text.remove_prefix(std::min(piece_bytes, text.size()));
  }
  EXPECT_TRUE(splitter.finish(keep));
  return lines;
}

TEST(LineSplitter, InPiecesOfAnySize) {
  const std::string_view text = "one\r\n\n\ntwo\nthree";
  for (std::size_t bytes = 1; bytes <= text.size(); ++bytes) {
    LineSplitter splitter;
    EXPECT_EQ(split(text, bytes, splitter), (Lines{"one", "two", "three"})) << bytes;
  }
}

TEST(LineSplitter, LinesThatAreTooLongAreCounted) {
  for (std::size_t bytes = 1; bytes <= 20; ++bytes) {
    LineSplitter splitter(4);
    EXPECT_EQ(split("abcd\nabcde\nx\nabcdefgh", bytes, splitter), (Lines{"abcd", "x"})) << bytes;
    EXPECT_EQ(splitter.too_long(), 2U);
  }
}

TEST(LineSplitter, AnErrorEndsIt) {
  LineSplitter splitter;
  int calls = 0;
  const auto refuse = [&](std::string_view) -> Result<void> {
    ++calls;
    return fail(ErrorCode::Io, "full");
  };
  EXPECT_FALSE(splitter.feed("a\nb\n", refuse));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace trailwarden::inference
