#include "model/prices.h"

namespace trailwarden::model {
namespace {

struct Named {
  const char* id;
  const char* name;
};
constexpr Named kNamed[] = {
    {"eu.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"},
    {"anthropic.claude-haiku-5-5", "claude-haiku-5-5"},
    {"global.anthropic.claude-opus-4-6-v1", "claude-opus-4-6"},
    {"claude-sonnet-4-5-20250929", "claude-sonnet-4-5"},
    {"arn:aws:bedrock:eu-central-1:111122223333:inference-profile/eu.anthropic.claude-sonnet-4-6",
     "claude-sonnet-4-6"},
    {"arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-lite-v1:0", "nova-lite"},
    {"us.amazon.nova-pro-v1:0", "nova-pro"},
    {"gpt-4o-2024-08-06", "gpt-4o"},
    {"gpt-4.1-mini", "gpt-4.1-mini"},
    {"qwen3-vl:8b", "qwen3-vl:8b"},
    {"", ""},
    {"-v", "-v"},
};

TEST(Prices, NamesOfLists) {
  for (const Named& each : kNamed) EXPECT_EQ(listed_name(each.id), each.name) << each.id;
}

TEST(Prices, ArithmeticIsExact) {
  const Price price{.input = 1, .output = 5, .cache_read = 0.1, .cache_write = 1.25};
  // 1000 x $1 + 100 x $5 + 2000 x $0.10 + 400 x $1.25, a million tokens each.
  EXPECT_EQ(cost_of({1000, 100, 2000, 400}, price), dollars(0.0022));
  EXPECT_EQ(cost_of({}, price), Usd{});
  EXPECT_EQ(to_string(dollars(0.0022)), "$0.0022");
  EXPECT_EQ(to_string(dollars(12.5)), "$12.5000");
  EXPECT_EQ(to_string(Usd{42'000}), "$0.000042");
  EXPECT_EQ(to_string(Usd{}), "$0.0000");
}

TEST(Prices, ABoundIsNeverBelowTheCost) {
  const Price price = PriceList::listed().find("claude-haiku-5-5").value();
  for (const std::uint64_t tokens : {1U, 999U, 99'999U, 100'001U, 500'000U}) {
    const Usd bound = cost_bound(tokens, 1000, price);
    EXPECT_GE(bound, cost_of({.input = tokens, .output = 1000}, price)) << tokens;
    EXPECT_GE(bound, cost_of({.output = 999, .cache_write = tokens}, price)) << tokens;
    EXPECT_GE(bound, cost_of({.output = 1, .cache_read = tokens}, price)) << tokens;
  }
}

TEST(Prices, LongPromptsCostMoreAsAWhole) {
  const Price price = PriceList::listed().find("claude-haiku-5-5").value();
  EXPECT_EQ(cost_of({.input = 100'000}, price), dollars(0.01));
  EXPECT_EQ(cost_of({.input = 99'999, .cache_read = 2}, price).nanos / 1000,
            (99'999 * 500 + 2 * 50) / 1000);
}

TEST(Prices, RegionsCostATenthMoreOnBedrock) {
  const PriceList list = PriceList::listed();
  EXPECT_DOUBLE_EQ(list.find("claude-haiku-4-5")->input, 1);
  EXPECT_DOUBLE_EQ(list.find("global.anthropic.claude-haiku-4-5-20251001-v1:0")->input, 1);
  EXPECT_DOUBLE_EQ(list.find("eu.anthropic.claude-haiku-4-5-20251001-v1:0")->input, 1.1);
  EXPECT_DOUBLE_EQ(list.find("anthropic.claude-haiku-4-5-20251001-v1:0")->output, 5.5);
  EXPECT_DOUBLE_EQ(list.find("eu.amazon.nova-lite-v1:0")->input, 0.06);
  EXPECT_FALSE(list.find("smollm2"));
  EXPECT_FALSE(list.find("claude-haiku-9"));
}

TEST(Prices, AUsersOwnComeFirst) {
  PriceList list = PriceList::listed();
  ASSERT_TRUE(list.add(R"({"claude-haiku-4-5":{"input":0.5,"output":2},
                           "mine":{"input":0.2,"output":0.8,"cache_read":0,"cache_write":1,"batch":1}})"));
  EXPECT_DOUBLE_EQ(list.find("eu.anthropic.claude-haiku-4-5-20251001-v1:0")->input, 0.5);
  EXPECT_DOUBLE_EQ(list.find("mine")->cache_write, 1);
  EXPECT_DOUBLE_EQ(list.find("claude-haiku-4-5")->cache_read, 0.5) << "no discount is assumed";
}

TEST(Prices, TellsWhatIsWrongWithAList) {
  struct Bad {
    const char* text;
    const char* error;
  };
  constexpr Bad kBad[] = {
      {"[]", "no JSON object"},
      {R"({"m":1})", "m: no prices"},
      {R"({"m":{"output":1}})", "m: input is missing"},
      {R"({"m":{"input":-1,"output":1}})", "m: input is no price in US dollars"},
      {R"({"m":{"input":"1","output":1}})", "m: input is no price in US dollars"},
      {R"({"m":{"input":1,"output":1,"ouput":1}})", "m: unknown member ouput"},
  };
  for (const Bad& bad : kBad) {
    PriceList list;
    const auto added = list.add(bad.text);
    ASSERT_FALSE(added) << bad.text;
    EXPECT_EQ(to_string(added.error()), bad.error);
    EXPECT_FALSE(list.find("m"));
  }
}

}  // namespace
}  // namespace trailwarden::model
