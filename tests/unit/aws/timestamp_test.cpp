#include "aws/timestamp.h"

namespace trailwarden::aws {
namespace {

using std::chrono::seconds;

std::optional<long long> unix_seconds(std::string_view text) {
  const auto time = parse_iso8601(text);
  if (!time) return std::nullopt;
  return std::chrono::duration_cast<seconds>(time->time_since_epoch()).count();
}

TEST(Timestamp, ReadsEveryFormThatAwsWrites) {
  EXPECT_EQ(unix_seconds("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(unix_seconds("2026-03-03T12:41:07Z"), 1'772'541'667);
  EXPECT_EQ(unix_seconds("2026-03-03T12:41:07.123456Z"), 1'772'541'667);
  EXPECT_EQ(unix_seconds("2026-03-03T12:41:07UTC"), 1'772'541'667);
  EXPECT_EQ(unix_seconds("2026-03-03T14:41:07+02:00"), 1'772'541'667);
  EXPECT_EQ(unix_seconds("2026-03-03T12:11:07-0030"), 1'772'541'667);
}

TEST(Timestamp, RefusesWhatIsNone) {
  for (const char* text : {"", "soon", "2026-03-03", "2026-03-03T12:41:07", "2026-02-30T12:41:07Z",
                           "2026-03-03T24:00:00Z", "2026-03-03T12:41:07Zx", "2026-03-03T12:41:07.Z",
                           "2026-13-03T12:41:07Z", "2026-03-03T12:41:07+2:00"}) {
    EXPECT_EQ(parse_iso8601(text), std::nullopt) << text;
  }
}

TEST(Timestamp, StaysWithinTheClock) {
  EXPECT_GT(parse_iso8601("9999-12-31T23:59:59Z"), parse_iso8601("2200-01-01T00:00:00Z"));
  EXPECT_LT(parse_iso8601("0001-01-01T00:00:00Z"), parse_iso8601("1700-01-01T00:00:00Z"));
  EXPECT_GT(at_unix_seconds(INT64_MAX), at_unix_seconds(0));
}

TEST(Timestamp, WritesTheBasicForm) {
  EXPECT_EQ(amz_date(SystemTime{seconds{1'772'541'667}} + std::chrono::milliseconds{999}),
            "20260303T124107Z");
}

}  // namespace
}  // namespace trailwarden::aws
