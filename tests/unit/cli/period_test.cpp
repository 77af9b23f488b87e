#include "cli/period.h"

namespace trailwarden::cli {
namespace {

using std::chrono::seconds;

TEST(Period, Spans) {
  EXPECT_EQ(parse_span("0s").value(), seconds{0});
  EXPECT_EQ(parse_span("90s").value(), seconds{90});
  EXPECT_EQ(parse_span("5m").value(), seconds{300});
  EXPECT_EQ(parse_span("24h").value(), seconds{86'400});
  EXPECT_EQ(parse_span("7d").value(), seconds{604'800});
  for (const char* wrong : {"", "5", "m", "-5m", "5 m", "5w", "5mm", "1000000s", "1.5h"}) {
    EXPECT_FALSE(parse_span(wrong)) << wrong;
  }
}

TEST(Period, Ends) {
  constexpr UnixSeconds kNow = 1'772'541'667;
  EXPECT_EQ(parse_period_end("90m", kNow).value(), kNow - 5'400);
  EXPECT_EQ(parse_period_end("2026-03-01", kNow).value(), 1'772'323'200);
  EXPECT_EQ(parse_period_end("2026-03-01T00:00:01Z", kNow).value(), 1'772'323'201);
  for (const char* wrong : {"", "30s", "yesterday", "20260301", "2026-13-01"}) {
    EXPECT_FALSE(parse_period_end(wrong, kNow)) << wrong;
  }
}

}  // namespace
}  // namespace trailwarden::cli
