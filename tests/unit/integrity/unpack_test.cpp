// What gzip files can be, in sizes that are inflated at once and in sizes that are streamed.
#include "integrity/unpack.h"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace trailwarden::integrity {
namespace {

using State = Unpacked::State;

class Bytes final : public ObjectBytes {
 public:
  explicit Bytes(std::string bytes, std::string failure = {})
      : bytes_(std::move(bytes)), failure_(std::move(failure)) {}
  std::size_t read(std::span<char> into) override {
    const std::size_t size = std::min({into.size(), bytes_.size() - at_, std::size_t{100'003}});
    std::copy_n(bytes_.data() + at_, size, into.data());
    at_ += size;
    return size;
  }
  std::string failure() const override { return failure_; }

 private:
  std::string bytes_;
  std::string failure_;
  std::size_t at_ = 0;
};

std::string pack(const std::string& text) {
  libdeflate_compressor* packer = libdeflate_alloc_compressor(1);
  std::string packed(libdeflate_gzip_compress_bound(packer, text.size()), '\0');
  packed.resize(
      libdeflate_gzip_compress(packer, text.data(), text.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(packer);
  return packed;
}

// Text that hardly packs: its packed form is about as large.
std::string noise(std::size_t bytes) {
  std::mt19937_64 random(bytes);  // NOLINT: the same in every run
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; i += sizeof(std::uint64_t)) {
    const std::uint64_t word = random();
    std::memcpy(text.data() + i, &word, std::min(sizeof word, bytes - i));
  }
  return text;
}

struct Read {
  Unpacked result;
  std::string text;
};

Read unpack(const std::string& file, const std::string& failure = {}) {
  Unpacker unpacker;
  Bytes bytes(file, failure);
  Read read;
  read.result = unpacker.unpack(bytes, [&](std::string_view piece) {
    read.text += piece;
    return true;
  });
  return read;
}

class UnpackSizes : public testing::TestWithParam<std::size_t> {};

TEST_P(UnpackSizes, WholeFilesGiveTheirText) {
  for (const std::string& text : {noise(GetParam()), std::string(GetParam(), 'a')}) {
    const Read read = unpack(pack(text));
    EXPECT_EQ(read.result.state, State::Whole) << read.result.cause;
    EXPECT_EQ(read.result.bytes_read, pack(text).size());
    EXPECT_TRUE(read.text == text);
  }
}

TEST_P(UnpackSizes, BytesBehindTheMemberAreNotIgnored) {
  const std::string text = noise(GetParam());
  for (const std::string& behind : {std::string("x"), std::string(1, '\0'), pack("more")}) {
    const Read read = unpack(pack(text) + behind);
    EXPECT_EQ(read.result.state, State::Trailing);
    EXPECT_TRUE(read.text == text);
  }
}

TEST_P(UnpackSizes, CutOff) {
  const std::string packed = pack(noise(GetParam()));
  for (const std::size_t lost : {std::size_t{1}, std::size_t{8}, packed.size() / 2}) {
    EXPECT_EQ(unpack(packed.substr(0, packed.size() - lost)).result.state, State::CutOff) << lost;
  }
}

TEST_P(UnpackSizes, AWrongChecksumIsDamage) {
  std::string packed = pack(noise(GetParam()));
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 1);
  const Read read = unpack(packed);
  EXPECT_EQ(read.result.state, State::Damaged);
  EXPECT_FALSE(read.result.cause.empty());
}

// Below and above what is inflated at once (4 MiB packed).
INSTANTIATE_TEST_SUITE_P(Sizes, UnpackSizes, testing::Values(0, 1, 70'000, 5'000'000));

// More than 16 MiB of text is streamed though its file is small.
TEST(Unpack, ALargeTextInASmallFile) {
  const std::string text(20'000'000, 'a');
  const std::string packed = pack(text);
  EXPECT_TRUE(unpack(packed).text == text);
  EXPECT_EQ(unpack(packed).result.state, State::Whole);
  EXPECT_EQ(unpack(packed + "x").result.state, State::Trailing);
  EXPECT_EQ(unpack(packed.substr(0, packed.size() - 1)).result.state, State::CutOff);
}

TEST(Unpack, WhatIsNoGzip) {
  for (const std::string& file : {std::string(), std::string("\x1f"), std::string("{}")}) {
    EXPECT_EQ(unpack(file).result.state, State::NotGzip);
  }
  EXPECT_EQ(unpack("\x1f\x8b").result.state, State::CutOff);
}

TEST(Unpack, AFailureOfTheStoreIsNoDamage) {
  const Read read = unpack(pack("text").substr(0, 10), "Input/output error");
  EXPECT_EQ(read.result.state, State::Unreadable);
  EXPECT_EQ(read.result.cause, "Input/output error");
}

TEST(Unpack, StopsWhenNoMoreIsWanted) {
  for (const std::size_t size : {1'000U, 5'000'000U}) {
    Unpacker unpacker;
    Bytes bytes(pack(noise(size)));
    const Unpacked result = unpacker.unpack(bytes, [](std::string_view) { return false; });
    EXPECT_EQ(result.state, State::TooLarge);
  }
}

TEST(Unpack, OneUnpackerForFileAfterFile) {
  Unpacker unpacker;
  for (const std::size_t size : {5'000'000U, 10U, 0U, 6'000'000U, 3U}) {
    const std::string text = noise(size);
    Bytes bytes(pack(text));
    std::string found;
    const Unpacked result = unpacker.unpack(bytes, [&](std::string_view piece) {
      found += piece;
      return true;
    });
    EXPECT_EQ(result.state, State::Whole);
    EXPECT_TRUE(found == text) << size;
  }
}

}  // namespace
}  // namespace trailwarden::integrity
