#include "source/layout.h"

namespace trailwarden::source {
namespace {

constexpr UnixSeconds kMarch3 = 1'772'496'000;  // 2026-03-03T00:00:00Z

TEST(Layout, TellsWhatAFolderHolds) {
  struct Case {
    const char* folder;
    Place place;
  };
  constexpr Case kCases[] = {
      {"", Place::Outside},
      {"prefix/", Place::Outside},
      {"AWSLogs/", Place::Logs},
      {"prefix/of/trail/AWSLogs/", Place::Logs},
      {"notAWSLogs/", Place::Outside},
      {"notAWSLogs/123456789012/CloudTrail/eu-west-1/", Place::Outside},
      {"AWSLogs/o-abc123/", Place::Organization},
      {"AWSLogs/o-abc123/123456789012/", Place::Account},
      {"AWSLogs/123456789012/", Place::Account},
      {"AWSLogs/12345678901/", Place::Outside},
      {"AWSLogs/aws-account-id=1/", Place::Outside},
      {"AWSLogs/123456789012/CloudTrail/", Place::Kind},
      {"AWSLogs/123456789012/CloudTrail-NetworkActivity/", Place::Kind},
      {"AWSLogs/123456789012/CloudTrail/eu-west-1/", Place::Region},
      {"AWSLogs/o-abc123/123456789012/CloudTrail/eu-west-1/2026/03/", Place::Region},
      {"AWSLogs/123456789012/CloudTrail-Digest/", Place::LeftOut},
      {"AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/2026/", Place::LeftOut},
      {"AWSLogs/123456789012/CloudTrail-Insight/", Place::LeftOut},
      {"AWSLogs/123456789012/CloudTrail-Aggregated/", Place::LeftOut},
      {"AWSLogs/123456789012/vpcflowlogs/eu-west-1/", Place::LeftOut},
      {"AWSLogs/old/AWSLogs/123456789012/CloudTrail/eu-west-1/", Place::Region},
  };
  for (const Case& c : kCases) EXPECT_EQ(place_of(c.folder), c.place) << c.folder;
}

TEST(Layout, FindsTheRegionAndWhatIsLeftOut) {
  EXPECT_EQ(region_folder("p/AWSLogs/123456789012/CloudTrail/eu-west-1/2026/03/03/a.json.gz"),
            "p/AWSLogs/123456789012/CloudTrail/eu-west-1/");
  EXPECT_EQ(region_folder("p/AWSLogs/123456789012/CloudTrail/eu-west-1"), std::nullopt);
  EXPECT_EQ(left_out_folder("AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/a.json.gz"),
            "AWSLogs/123456789012/CloudTrail-Digest/");
  EXPECT_EQ(left_out_folder("AWSLogs/123456789012/CloudTrail/eu-west-1/a.json.gz"), std::nullopt);
}

// Delivery is not before the event, and may be on the day after.
TEST(Layout, NeedsTheDaysInWhichAPeriodIsDelivered) {
  EXPECT_EQ(days_of(std::nullopt, std::nullopt), (Days{"", ""}));
  EXPECT_EQ(days_of(kMarch3, std::nullopt), (Days{"2026/03/03", ""}));
  EXPECT_EQ(days_of(kMarch3 + 86'399, kMarch3 + 86'400), (Days{"2026/03/03", "2026/03/05"}));
  EXPECT_EQ(days_of(kMarch3, kMarch3 + 86'401), (Days{"2026/03/03", "2026/03/06"}));
}

TEST(Layout, ChoosesByTheDayInTheKey) {
  const Days days{"2026/03/03", "2026/03/05"};
  const std::string region = "AWSLogs/123456789012/CloudTrail/eu-west-1/";
  EXPECT_FALSE(in_days(region + "2026/03/02/a", days));
  EXPECT_TRUE(in_days(region + "2026/03/03/a", days));
  EXPECT_TRUE(in_days(region + "2026/03/04/a", days));
  EXPECT_FALSE(in_days(region + "2026/03/05/a", days));
  EXPECT_TRUE(in_days(region + "other/a", days));
  EXPECT_TRUE(in_days("export/2020/01/01/a", days));
}

TEST(Layout, KnowsADaysNameAndTheDayOfAKey) {
  using namespace std::chrono_literals;
  constexpr std::chrono::sys_days kDay = 2024y / 2 / 29;
  EXPECT_EQ(days_between(kDay, std::nullopt), (Days{"2024/02/29", ""}));
  EXPECT_EQ(days_between(kDay, kDay + std::chrono::days{1}), (Days{"2024/02/29", "2024/03/01"}));
  const std::string region = "AWSLogs/o-a1/111111111111/CloudTrail/eu-west-1/";
  EXPECT_EQ(day_of(region + "2024/02/29/a.json.gz"), kDay);
  for (const char* other : {"2023/02/29/a", "2024/2/29/a", "2024/02/29", "2024-02-29/a", "", "a"}) {
    EXPECT_EQ(day_of(region + other), std::nullopt) << other;
  }
  EXPECT_EQ(day_of("logs/2024/02/29/a.json.gz"), std::nullopt);
}

}  // namespace
}  // namespace trailwarden::source
