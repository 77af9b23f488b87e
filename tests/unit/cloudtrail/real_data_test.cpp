// The real logs beside the project, where they are: how many records come out of each set.
#include <gtest/gtest.h>

#include "../folder.h"
#include "reading.h"

namespace trailwarden::cloudtrail {
namespace {

struct Expected {
  const char* path;
  std::size_t records;
  std::size_t skipped;
  std::vector<ProblemKind> others;
};

TEST(RealData, EverySetIsReadWhole) {
  const std::filesystem::path data =
      std::filesystem::path(TW_SOURCE_DIR) / ".." / "shared" / "data";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "../shared/data is not here";
  using K = ProblemKind;
  const Expected sets[] = {
      // labels.json of each set is JSON and no log.
      {"invictus", 2900, 0, {K::NotALog}},
      {"stratus", 168, 0, {K::NotALog}},
      {"otrf", 103, 0, {K::NotALog, K::NotALog}},
      {"otrf/AWS_S3_HoneyBucketLogs.csv.gz", 0, 0, {K::NotJson}},
      {"traildiscover", 103, 0, {K::NotALog}},
      {"benign-or-mixed/opensearch-catalog-service-activity.ndjson.gz", 280, 0, {}},
      {"benign-or-mixed/aws-docs-examples.ndjson", 68, 0, {}},
      {"benign-or-mixed/misc-fixtures.ndjson", 28, 0, {K::Announcement}},
      {"benign-or-mixed/labels.json", 0, 1, {}},
      // Lists of event names.
      {"benign-or-mixed/aws-docs-examples.index.jsonl", 0, 68, {}},
      {"benign-or-mixed/misc-fixtures.index.jsonl", 0, 28, {K::Announcement}},
      {"formats/schema-1_0.json", 1, 0, {}},
      {"formats/schema-1_02.json", 1, 0, {}},
      {"formats/schema-1_04.json", 1, 0, {}},
      {"formats/schema-1_06.json", 1, 0, {}},
      {"formats/schema-1_08.json", 2, 0, {}},
      {"formats/schema-1_10.json", 1, 0, {}},
      {"formats/schema-bad1_01.json", 1, 0, {}},
      {"formats/schema-federated.json", 1, 0, {}},
      {"formats/digest-full.json", 0, 0, {K::Digest}},
      {"formats/insight-docs-0.json", 0, 2, {}},
      {"formats/insight-docs-2.json", 0, 1, {}},
      {"formats/notify-eventbridge-object-annotation-created.json", 0, 0, {K::Announcement}},
      {"formats/notify-eventbridge-object-created-unsupported-version.json",
       0,
       0,
       {K::Announcement}},
      {"formats/notify-eventbridge-object-deleted.json", 0, 0, {K::Announcement}},
      {"formats/notify-s3-event-object-created.json", 0, 0, {K::Announcement}},
      {"formats/notify-s3-test-event.json", 0, 0, {K::Announcement}},
      {"formats/notify-sns-s3-test-event.json", 0, 0, {K::Announcement}},
      {"formats/notify-sqs-s3-event.json", 0, 0, {K::Announcement}},
  };
  for (const Expected& set : sets) {
    const std::vector<std::string> inputs = {(data / set.path).string()};
    const Result<Plan> planned = plan(inputs);
    ASSERT_TRUE(planned.has_value()) << set.path;
    Reading reading;
    const Kept kept = reading.slices(planned->slices);
    std::vector<ProblemKind> others;
    for (const Problem& problem : kept.problems) {
      if (!counts_as_skipped(problem.kind)) others.push_back(problem.kind);
    }
    EXPECT_EQ(kept.records.size(), set.records) << set.path << "\n" << kept.told();
    EXPECT_EQ(kept.skipped(), set.skipped) << set.path << "\n" << kept.told();
    EXPECT_EQ(others, set.others) << set.path << "\n" << kept.told();
  }
}

}  // namespace
}  // namespace trailwarden::cloudtrail
