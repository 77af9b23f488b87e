#include "json/structural_index.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "padded.h"
#include "reference_index.h"

namespace trailwarden::json {
namespace {

using Offsets = std::vector<std::uint32_t>;

Offsets tokens_of(std::string_view text) {
  const Padded padded(text);
  StructuralIndex index;
  index.build(padded.text());
  return {index.tokens().begin(), index.tokens().end()};
}

void expect_all_kernels_agree(std::string_view text) {
  const Padded padded(text);
  const ReferenceIndex expected = reference_index(padded.text());
  for (const char* kernel : StructuralIndex::kernel_names()) {
    ASSERT_EQ(index_with(kernel, padded.text()), expected)
        << kernel << " on " << testing::PrintToString(std::string(text));
  }
}

struct TokenCase {
  const char* why;
  const char* text;
  Offsets tokens;
};

const TokenCase kTokenCases[] = {
    {"nothing", "", {}},
    {"white space only", " \t\r\n", {}},
    {"operators", "{}[]:,", {0, 1, 2, 3, 4, 5}},
    {"scalars by their first byte", "12 true,null", {0, 3, 7, 8}},
    {"a string by its opening quote", R"("a b" "c")", {0, 6}},
    {"operators inside strings are none", R"("{,:}")", {0}},
    {"an escaped quote ends no string", R"("a\"b",1)", {0, 6, 7}},
    {"an escaped backslash before the quote", R"("a\\",1)", {0, 5, 6}},
    {"a string right behind a scalar", R"(1"a"2)", {0, 1, 4}},
    {"an escaped quote outside strings", R"(\"a)", {0}},
    {"other control characters are scalars", "\f,\x1A:\x0B", {0, 1, 2, 3, 4}},
};

TEST(StructuralIndex, Tokens) {
  for (const TokenCase& c : kTokenCases) {
    EXPECT_EQ(tokens_of(c.text), c.tokens) << c.why;
    expect_all_kernels_agree(c.text);
  }
}

TEST(StructuralIndex, EntryBehindTheEndIsTheTextsSize) {
  for (const std::string_view text : {"", "[1]", "[1,\"a"}) {
    const Padded padded(text);
    StructuralIndex index;
    index.build(padded.text());
    EXPECT_EQ(index.tokens().data()[index.tokens().size()], text.size());
  }
}

TEST(StructuralIndex, TokenFrom) {
  const Padded padded(R"([1, "ab"])");
  StructuralIndex index;
  index.build(padded.text());
  EXPECT_EQ(index.token_from(0), 0U);
  EXPECT_EQ(index.token_from(3), 3U);
  EXPECT_EQ(index.token_from(5), 4U);
  EXPECT_EQ(index.token_from(100), 5U);
}

struct FaultCase {
  const char* why;
  std::string text;
  IndexFault fault;
  std::uint32_t offset;
  bool ends_in_string;
};

const FaultCase kFaultCases[] = {
    {"line feed in a string", "[\"a\nb\"]", IndexFault::ControlCharacter, 3, true},
    {"zero byte in a string", std::string("\"\0\"", 3), IndexFault::ControlCharacter, 1, true},
    {"line feed outside", "[\n]", IndexFault::None, 0, false},
    {"a string without an end", "[\"abc", IndexFault::None, 0, true},
    {"a lone continuation byte", "\"\x80\"", IndexFault::InvalidUtf8, 1, true},
    {"outside strings too", "[1,\xC3(]", IndexFault::InvalidUtf8, 3, false},
    {"the first of two faults", "\"\x01\xFF\"", IndexFault::ControlCharacter, 1, true},
    {"the first of two faults", "\"\xFF\x01\"", IndexFault::InvalidUtf8, 1, true},
    {"cut off by the end", "\"\xE2\x82", IndexFault::InvalidUtf8, 1, true},
    {"overlong", "\"\xC0\x80\"", IndexFault::InvalidUtf8, 1, true},
    {"surrogate", "\"\xED\xA0\x80\"", IndexFault::InvalidUtf8, 1, true},
    {"above U+10FFFF", "\"\xF4\x90\x80\x80\"", IndexFault::InvalidUtf8, 1, true},
    {"the last code point", "\"\xF4\x8F\xBF\xBF\"", IndexFault::None, 0, false},
};

TEST(StructuralIndex, Faults) {
  for (const FaultCase& c : kFaultCases) {
    const Padded padded(c.text);
    StructuralIndex index;
    index.build(padded.text());
    EXPECT_EQ(index.fault(), c.fault) << c.why;
    EXPECT_EQ(index.fault_offset(), c.offset) << c.why;
    EXPECT_EQ(index.ends_in_string(), c.ends_in_string) << c.why;
    expect_all_kernels_agree(c.text);
  }
}

// A text that begins anew must not see anything of the text before.
TEST(StructuralIndex, StateDoesNotLeakIntoTheNextBuild) {
  StructuralIndex index;
  for (const std::string_view first : {R"(["abc)", R"("\)", "12", "\"\xFF"}) {
    const Padded open(first);
    index.build(open.text());
    const Padded padded(R"("a":1)");
    index.build(padded.text());
    EXPECT_EQ(Offsets(index.tokens().begin(), index.tokens().end()), (Offsets{0, 3, 4}));
    EXPECT_EQ(index.fault(), IndexFault::None);
    EXPECT_FALSE(index.ends_in_string());
  }
}

// Every text of up to five bytes over an alphabet that holds one of each kind.
TEST(StructuralIndex, ExhaustiveSmallTexts) {
  constexpr std::string_view kAlphabet = "{,\":\\a \n\xC3\xA9";
  std::string text;
  const auto grow = [&](const auto& self, std::size_t left) -> void {
    expect_all_kernels_agree(text);
    if (left == 0 || testing::Test::HasFatalFailure()) return;
    for (const char byte : kAlphabet) {
      text.push_back(byte);
      self(self, left - 1);
      text.pop_back();
    }
  };
  grow(grow, 5);
}

// The same small texts across the seams of blocks (64), of pairs of blocks, and of stretches.
TEST(StructuralIndex, EveryOffsetAroundBlockSeams) {
  const std::string_view samples[] = {R"({"a":[1,"b\\\"c"]})",
                                      R"("\\\\\\\"")",
                                      "\"\xE2\x82\xAC\",\xF0\x9F\x98\x80 1",
                                      "\"a\nb\"",
                                      "true,false",
                                      "\\\"\\\\\"",
                                      "\"\xE2\x82",
                                      "[\"abc"};
  for (const std::size_t seam : {64U, 128U, 4096U, 8192U}) {
    for (std::size_t before = seam - 24; before <= seam + 2; ++before) {
      for (const std::string_view sample : samples) {
        for (const char fill : {' ', '[', '7'}) {
          expect_all_kernels_agree(std::string(before, fill).append(sample));
          expect_all_kernels_agree(std::string("\"") + std::string(before, 'x').append(sample));
          expect_all_kernels_agree(std::string(before, fill).append(sample).append(70, ' '));
        }
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(StructuralIndex, RunsOfBackslashesOfEveryLength) {
  for (std::size_t before = 0; before < 130; ++before) {
    for (std::size_t run = 0; run < 140; run += run < 6 ? 1 : 13) {
      std::string text = "\"";
      text.append(before, 'a').append(run, '\\');
      expect_all_kernels_agree(text.append("\",1"));
      expect_all_kernels_agree(std::string(before, ' ') + std::string(run, '\\') + "\"{");
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

std::string random_text(std::mt19937_64& random, std::string_view alphabet, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text.push_back(alphabet[random() % alphabet.size()]);
  return text;
}

TEST(StructuralIndex, RandomTexts) {
  std::mt19937_64 random(20261122);
  constexpr std::string_view kCommon = "{}[]:,\"\"\"\\\\ a1\n";
  std::string any(256, '\0');
  for (std::size_t i = 0; i < any.size(); ++i) any[i] = static_cast<char>(i);
  for (int round = 0; round < 4000; ++round) {
    expect_all_kernels_agree(random_text(random, kCommon, random() % 400));
    expect_all_kernels_agree(random_text(random, any, random() % 80));
    if (testing::Test::HasFatalFailure()) return;
  }
}

// Tokens without end: room for them must grow while a text is indexed.
TEST(StructuralIndex, EveryByteAToken) { expect_all_kernels_agree(std::string(100'000, '[')); }

// All sequences of up to four bytes whose bytes lie at the edges of UTF-8's tables, at the end of
// the text and before another byte, across a block seam and not.
TEST(StructuralIndex, Utf8EdgesAgreeWithSimdjson) {
  constexpr unsigned char kEdges[] = {0x20, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
                                      0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
                                      0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF};
  StructuralIndex index;
  const auto check = [&index](const std::string& text) {
    const Padded padded(text, '\x80');
    const bool valid = simdjson::validate_utf8(text.data(), text.size());
    index.build(padded.text());
    ASSERT_EQ(index.fault() == IndexFault::None, valid) << testing::PrintToString(text);
  };
  for (const std::size_t before : {0U, 62U}) {
    std::string text(before, ' ');
    const auto grow = [&](const auto& self, int left) -> void {
      check(text);
      check(text + "a");
      if (left == 0 || testing::Test::HasFatalFailure()) return;
      for (const unsigned char byte : kEdges) {
        text.push_back(static_cast<char>(byte));
        self(self, left - 1);
        text.pop_back();
      }
    };
    grow(grow, 4);
  }
}

TEST(StructuralIndex, RandomUtf8AgreesWithSimdjson) {
  std::mt19937_64 random(7);
  const std::string_view pieces[] = {
      "a",        "\xC3\xA9",     "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
      "abcdefgh", "\xED\x9F\xBF", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"};
  StructuralIndex index;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    while (text.size() < 150) text += pieces[random() % std::size(pieces)];
    if (round % 2 == 0) text[random() % text.size()] = static_cast<char>(random());
    std::replace(text.begin(), text.end(), '"', '_');
    const Padded padded(text);
    index.build(padded.text());
    ASSERT_EQ(index.fault() == IndexFault::None, simdjson::validate_utf8(text.data(), text.size()))
        << testing::PrintToString(text);
  }
}

TEST(StructuralIndex, KernelsOfThisMachine) {
  const std::vector<const char*> names = StructuralIndex::kernel_names();
  ASSERT_FALSE(names.empty());
  EXPECT_STREQ(names.back(), "portable");
  const char* wanted = std::getenv("TRAILWARDEN_SIMD");
  EXPECT_STREQ(StructuralIndex::kernel_name(), wanted == nullptr ? names.front() : wanted);
}

}  // namespace
}  // namespace trailwarden::json
