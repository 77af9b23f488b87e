#include "integrity/public_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "signer.h"

namespace trailwarden::integrity {
namespace {

TEST(PublicKeys, BothFormsOfDer) {
  for (const std::string& der : {pkcs1(key()), spki(key())}) {
    PublicKeys keys;
    ASSERT_TRUE(keys.add({"f", der, std::nullopt, std::nullopt}));
    EXPECT_EQ(keys.check("f", {0, 0}, "text", sign("text")), SignatureCheck::Genuine);
    EXPECT_EQ(keys.check("f", {0, 0}, "texts", sign("text")), SignatureCheck::Wrong);
    EXPECT_EQ(keys.check("g", {0, 0}, "text", sign("text")), SignatureCheck::UnknownKey);
  }
}

TEST(PublicKeys, SignaturesThatAreNone) {
  PublicKeys keys;
  ASSERT_TRUE(keys.add({"f", pkcs1(key()), std::nullopt, std::nullopt}));
  const std::string good = sign("text");
  for (const std::string& bad : {std::string(), std::string("zz"), good.substr(2), good + "00",
                                 good.substr(1), "0" + good}) {
    EXPECT_EQ(keys.check("f", {0, 0}, "text", bad), SignatureCheck::Wrong) << bad.size();
  }
}

TEST(PublicKeys, AKeyOfAnotherTimeDoesNotCount) {
  PublicKeys keys;
  ASSERT_TRUE(keys.add({"f", pkcs1(key()), 1'000, 2'000}));
  const std::string good = sign("text");
  EXPECT_EQ(keys.check("f", {1'500, 1'600}, "text", good), SignatureCheck::Genuine);
  EXPECT_EQ(keys.check("f", {500, 1'000}, "text", good), SignatureCheck::Genuine);
  EXPECT_EQ(keys.check("f", {500, 999}, "text", good), SignatureCheck::NotValidThen);
  EXPECT_EQ(keys.check("f", {2'001, 2'100}, "text", good), SignatureCheck::NotValidThen);
  ASSERT_TRUE(keys.add({"f", pkcs1(key()), 2'001, 3'000}));
  EXPECT_EQ(keys.check("f", {2'001, 2'100}, "text", good), SignatureCheck::Genuine);
}

TEST(PublicKeys, WhatIsNoRsaKeyIsRefused) {
  const KeyPair curve(EVP_EC_gen("P-256"));
  PublicKeys keys;
  for (const std::string& der : {std::string(), std::string("text"), spki(curve.get())}) {
    EXPECT_FALSE(keys.add({"f", der, std::nullopt, std::nullopt}));
  }
  EXPECT_TRUE(keys.empty());
}

TEST(KeyList, FormsOfTheAnswer) {
  const std::string one = R"({"PublicKeyList":[{"Value":"AAEC","Fingerprint":"f",
      "ValidityStartTime":"2026-03-11T09:01:31+00:00","ValidityEndTime":1773219691.5}]})";
  for (const std::string& text : {one, "[" + one + "]", "\n " + one + "\n"}) {
    const auto records = parse_key_list(text);
    ASSERT_TRUE(records) << text;
    ASSERT_EQ(records->size(), 1U);
    EXPECT_EQ(records->front().fingerprint, "f");
    EXPECT_EQ(records->front().der, std::string("\0\1\2", 3));
    EXPECT_EQ(records->front().from, 1'773'219'691);
    EXPECT_EQ(records->front().to, 1'773'219'691);
  }
  EXPECT_EQ(parse_key_list(one + one + "\n" + one)->size(), 3U);
  EXPECT_EQ(parse_key_list(R"({"PublicKeyList":[]})")->size(), 0U);
}

TEST(KeyList, WhatIsNone) {
  for (const char* text : {"", " ", "{", "[]x", "1", "{}", R"({"PublicKeyList":{}})",
                           R"({"PublicKeyList":[1]})", R"({"PublicKeyList":[{"Fingerprint":"f"}]})",
                           R"({"PublicKeyList":[{"Fingerprint":"f","Value":"*"}]})"}) {
    EXPECT_FALSE(parse_key_list(text)) << text;
  }
}

}  // namespace
}  // namespace trailwarden::integrity
