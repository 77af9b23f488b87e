#include "integrity/names.h"

#include <gtest/gtest.h>

namespace trailwarden::integrity {
namespace {

constexpr UnixSeconds kNineOhOne = 1'773'219'691;  // 2026-03-11T09:01:31Z

struct DigestCase {
  const char* why;
  const char* file;
  std::optional<DigestName> name;
};

const DigestCase kDigests[] = {
    {"as CloudTrail writes it",
     "111122223333_CloudTrail-Digest_eu-north-1_audit_eu-west-1_20260311T090131Z.json.gz",
     DigestName{"111122223333", "eu-north-1", "audit", "eu-west-1", kNineOhOne, false}},
    {"a trail's name may hold '_'",
     "111122223333_CloudTrail-Digest_eu-north-1_a_b__c_eu-west-1_20260311T090131Z.json.gz",
     DigestName{"111122223333", "eu-north-1", "a_b__c", "eu-west-1", kNineOhOne, false}},
    {"backfill", "1_CloudTrail-Digest_r_t_h_20260311T090131Z_backfill.json.gz",
     DigestName{"1", "r", "t", "h", kNineOhOne, true}},
    {"a trail named backfill", "1_CloudTrail-Digest_r_backfill_h_20260311T090131Z.json.gz",
     DigestName{"1", "r", "backfill", "h", kNineOhOne, false}},
    {"no trail", "1_CloudTrail-Digest_r_h_20260311T090131Z.json.gz", std::nullopt},
    {"no seconds", "1_CloudTrail-Digest_r_t_h_20260311T0901Z.json.gz",
     DigestName{"1", "r", "t", "h", kNineOhOne - 31, false}},
    {"no such day", "1_CloudTrail-Digest_r_t_h_20260231T090131Z.json.gz", std::nullopt},
    {"a log file", "1_CloudTrail_r_20260311T0905Z_Yc9nN2pB.json.gz", std::nullopt},
    {"not packed", "1_CloudTrail-Digest_r_t_h_20260311T090131Z.json", std::nullopt},
    {"no account", "_CloudTrail-Digest_r_t_h_20260311T090131Z.json.gz", std::nullopt},
    {"nothing", "", std::nullopt},
};

TEST(Names, Digests) {
  for (const DigestCase& c : kDigests) EXPECT_EQ(parse_digest_name(c.file), c.name) << c.why;
}

TEST(Names, LogTimes) {
  EXPECT_EQ(log_time("1_CloudTrail_r_20260311T0901Z_Yc9nN2pB.json.gz"), kNineOhOne - 31);
  EXPECT_EQ(log_time("1_CloudTrail-Insight_r_20260311T0901Z_Yc9nN2pB.json.gz"), kNineOhOne - 31);
  for (const char* none : {"notes.json.gz", "_.json.gz", "1_CloudTrail_r_20261311T0901Z_x.json.gz",
                           "20260311T0901Z_x.txt", ""}) {
    EXPECT_EQ(log_time(none), std::nullopt) << none;
  }
}

TEST(Names, PathsAreComparedByWholeFolders) {
  EXPECT_TRUE(ends_with_path("a/b/c", "b/c"));
  EXPECT_TRUE(ends_with_path("b/c", "b/c"));
  EXPECT_FALSE(ends_with_path("ab/c", "b/c"));
  EXPECT_FALSE(ends_with_path("c", "b/c"));
}

TEST(Names, OnlyTrailFilesCount) {
  EXPECT_TRUE(is_trail_file("a/b.json.gz"));
  EXPECT_FALSE(is_trail_file("a/b.json.gz.metadata.json"));
  EXPECT_FALSE(is_trail_file("a/.b.json.gz"));
  EXPECT_FALSE(is_trail_file("a/b.json"));
}

}  // namespace
}  // namespace trailwarden::integrity
