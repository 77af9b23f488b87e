#include "integrity/digest.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace trailwarden::integrity {
namespace {

const std::string kFirst = R"({"awsAccountId":"1","digestStartTime":"2026-03-11T08:01:31Z",
  "digestEndTime":"2026-03-11T09:01:31Z","digestS3Bucket":"b","digestS3Object":"k",
  "digestPublicKeyFingerprint":"f","previousDigestS3Bucket":null,"previousDigestS3Object":null,
  "previousDigestHashValue":null,"previousDigestSignature":null,
  "logFiles":[{"s3Bucket":"b","s3Object":"l","hashValue":"00"}]})";

std::string with(std::string text, const std::string& old, const std::string& fresh) {
  const std::size_t at = text.find(old);
  return at == std::string::npos ? text : text.replace(at, old.size(), fresh);
}

TEST(Digest, AFirstDigest) {
  const auto digest = parse_digest(kFirst);
  ASSERT_TRUE(digest);
  EXPECT_FALSE(digest->previous);
  EXPECT_EQ(digest->end - digest->start, 3600);
  ASSERT_EQ(digest->logs.size(), 1U);
  EXPECT_EQ(string_to_sign(*digest, "abc"), "2026-03-11T09:01:31Z\nb/k\nabc\nnull");
}

TEST(Digest, ALaterOne) {
  std::string text =
      with(kFirst, R"("previousDigestSignature":null)", R"("previousDigestSignature":"5e")");
  text = with(text, R"("previousDigestS3Bucket":null,"previousDigestS3Object":null)",
              R"("previousDigestS3Bucket":"b","previousDigestS3Object":"j")");
  const auto digest = parse_digest(text);
  ASSERT_TRUE(digest && digest->previous);
  EXPECT_EQ(digest->previous->key, "j");
  EXPECT_EQ(string_to_sign(*digest, "abc"), "2026-03-11T09:01:31Z\nb/k\nabc\n5e");
}

TEST(Digest, WhatIsNone) {
  struct Case {
    const char* why;
    const char* old;
    const char* fresh;
  };
  for (const Case& c :
       {Case{"no end", R"("digestEndTime")", R"("x")"},
        Case{"no bucket", R"("digestS3Bucket")", R"("x")"},
        Case{"no key", R"("digestS3Object")", R"("x")"},
        Case{"no fingerprint", R"("digestPublicKeyFingerprint")", R"("x")"},
        Case{"no word of the one before", R"("previousDigestSignature")", R"("x")"},
        Case{"a number for a text", R"("f")", "1"}, Case{"no time", "2026-03-11T08:01:31Z", "soon"},
        Case{"a log file without a hash", R"("hashValue")", R"("x")"},
        Case{"no list", R"([{"s3Bucket":"b","s3Object":"l","hashValue":"00"}])", "{}"},
        Case{"cut off", R"("logFiles":[{)", ""}}) {
    EXPECT_FALSE(parse_digest(with(kFirst, c.old, c.fresh))) << c.why;
  }
  for (const char* text : {"", "[]", "null", "{}", "[[[[[[[[[[[["}) {
    EXPECT_FALSE(parse_digest(text)) << text;
  }
}

// The User Guide's own sample, where it is at hand.
TEST(Digest, TheUserGuidesSample) {
  const std::filesystem::path path =
      std::filesystem::path(TW_SOURCE_DIR) / "../shared/data/formats/digest-full.json";
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is not there";
  std::stringstream text;
  text << file.rdbuf();
  const auto digest = parse_digest(text.str());
  ASSERT_TRUE(digest) << digest.error().message;
  EXPECT_EQ(digest->end - digest->start, 3600);
  EXPECT_EQ(digest->logs.size(), 1U);
  EXPECT_TRUE(digest->previous && digest->previous_signature);
}

}  // namespace
}  // namespace trailwarden::integrity
