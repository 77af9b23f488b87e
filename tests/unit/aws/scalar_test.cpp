#include "aws/scalar.h"

namespace trailwarden::aws {
namespace {

TEST(Base64, GoesRound) {
  const std::pair<std::string, const char*> cases[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {std::string("\0\xff", 2), "AP8="}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text).value(), bytes);
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text :
       {"Zg", "Zg=", "Z===", "Zm9v\n", " Zm9v", "Zm9v    ", "Zm9*", "====", "=Zm9", "Zg==Zg=="}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

TEST(ScalarValue, ReadsTimesOfBodiesAndFields) {
  EXPECT_EQ(scalar_value(kTimestamp, "2026-11-22T08:30:00.000Z")->get_double(), 1'795'336'200);
  EXPECT_EQ(scalar_value(kTimestamp, "Sun, 22 Nov 2026 08:30:00 GMT")->get_double(), 1'795'336'200);
  EXPECT_FALSE(scalar_value(kTimestamp, "1795336200 "));
}

TEST(ScalarValue, RefusesWhatIsNone) {
  for (const char* text : {"", "1x", " 1", "9223372036854775808", "1.5"}) {
    EXPECT_FALSE(scalar_value(kInteger, text)) << text;
  }
  for (const char* text : {"", "True", "1"}) EXPECT_FALSE(scalar_value(kBoolean, text)) << text;
  for (const char* text : {"", "nan", "inf", "1,5"}) {
    EXPECT_FALSE(scalar_value(kDouble, text)) << text;
  }
}

TEST(ScalarText, WritesEachTypeAndRefusesOthers) {
  EXPECT_EQ(scalar_text(kString, "a").value(), "a");
  EXPECT_EQ(scalar_text(kInteger, -7).value(), "-7");
  EXPECT_EQ(scalar_text(kBoolean, true).value(), "true");
  EXPECT_EQ(scalar_text(kBlob, "foo").value(), "Zm9v");
  EXPECT_EQ(scalar_text(kTimestamp, 1'795'336'200).value(), "2026-11-22T08:30:00Z");
  EXPECT_FALSE(scalar_text(kString, 1));
  EXPECT_FALSE(scalar_text(kInteger, "1"));
  EXPECT_FALSE(scalar_text(kBoolean, 1));
}

}  // namespace
}  // namespace trailwarden::aws
