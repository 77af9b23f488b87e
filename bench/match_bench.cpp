// What matching costs a record: rules behind event-name gates in growing number, and the pattern of
// 37 names with and without decoding. Records are made up here, so that no corpus is needed.
//
//   build/release/bin/match_bench
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "json/walker.h"
#include "match/matcher.h"

namespace {

using namespace trailwarden;
using namespace trailwarden::match;

constexpr int kNames = 2'000;  // CloudTrail knows some thousands of event names.
constexpr int kRecords = 1'000;

std::string event_name(std::size_t number) { return "CreateThing" + std::to_string(number); }

// Common names are common: the square of a uniform number.
std::string made_up_record(std::mt19937& random) {
  const double share = std::uniform_real_distribution<>(0, 1)(random);
  const auto name = static_cast<std::size_t>(share * share * kNames);
  const std::string number = std::to_string(random() % 1'000);
  const std::string address = "203.0.113." + std::to_string(random() % 256);
  return R"({"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROA:)" +
         number + R"(","arn":"arn:aws:sts::111122223333:assumed-role/app/)" + number +
         R"(","accountId":"111122223333"},"eventTime":"2024-08-01T13:33:28Z","eventSource":"svc)" +
         std::to_string(name % 100) + R"(.amazonaws.com","eventName":")" + event_name(name) +
         R"(","awsRegion":"us-east-1","sourceIPAddress":")" + address +
         R"(","userAgent":"aws-sdk-go/1.44.)" + number +
         R"( go1.19 linux amd64","requestParameters":{"name":"thing-)" + number +
         R"(","tags":[{"key":"a","value":"b"}]},"responseElements":null,"readOnly":false})";
}

// Records one a line, indexed once.
struct Corpus {
  std::string text;
  json::StructuralIndex index;
  std::vector<std::uint32_t> records;  // First token of each.

  Corpus() {
    std::mt19937 random(1);
    for (int i = 0; i < kRecords; ++i) text += made_up_record(random) + "\n";
    text.append(json::kPadding, '\0');
    build_index();
    for (std::uint32_t token = 0; token < index.tokens().size();) {
      records.push_back(token);
      token = json::skip(index, token).next_token;
    }
  }
  void build_index() {
    index.build(std::string_view(text).substr(0, text.size() - json::kPadding));
  }
};

Corpus& corpus() {
  static Corpus made;
  return made;
}

TextIs sigma_names(std::vector<std::string> names) {
  return {std::move(names), Case::Ignore, Domain::AnyText};
}

// As Sigma rules are: a source, one to three names, something about the caller, an exception.
Matcher rules(std::int64_t count) {
  MatcherBuilder builder;
  const json::FieldId source = builder.fields().add("eventSource");
  const json::FieldId name = builder.fields().add("eventName");
  const json::FieldId agent = builder.fields().add("userAgent");
  const json::FieldId code = builder.fields().add("errorCode");
  const auto holds = [&](json::FieldId field, Test test) {
    return Expression::holds(*builder.add({field, std::move(test), false}));
  };
  for (std::int64_t rule = 0; rule < count; ++rule) {
    // Spread over all names, so that rules share none: 37 is coprime to kNames.
    const auto first = static_cast<std::size_t>(rule * 37 % kNames);
    const TextHas tool{
        {"tool" + std::to_string(rule % 7)}, Anchor::Inside, Case::Ignore, Domain::AnyText};
    builder.add_rule(Expression::all(
        {holds(source, sigma_names({"svc" + std::to_string(first % 100) + ".amazonaws.com"})),
         holds(name, sigma_names({event_name(first)})),
         Expression::any(
             {holds(agent, tool), holds(code, IsPresent{IsPresent::What::Anything})})}));
  }
  return std::move(builder).build();
}

// {"detail":{"eventName":[37 names],"sourceIPAddress":[{"anything-but":{"prefix":"10."}}]}}
Matcher pattern_of_37_names() {
  MatcherBuilder builder;
  const json::FieldId name = builder.fields().add("eventName");
  const json::FieldId address = builder.fields().add("sourceIPAddress");
  TextIs names;
  for (std::size_t i = 0; i < 37; ++i) names.values.push_back(event_name(i * 11));
  const TextHas inside{{"10."}, Anchor::Prefix, Case::Sensitive, Domain::Strings};
  builder.add_pattern({{{name, {*builder.add({name, names, false})}, false},
                        {address, {*builder.add({address, inside, true})}, false}}});
  return std::move(builder).build();
}

void count_records(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kRecords);
}

// Matching alone: all records are projected beforehand.
void match_projected(benchmark::State& state, const Matcher& matcher) {
  std::vector<json::Projected> records(corpus().records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].clear(matcher.projection().field_count());
    json::project(corpus().index, corpus().records[i], matcher.projection(), records[i]);
  }
  MatchScratch scratch;
  std::vector<RuleId> matched;
  for (auto _ : state) {
    for (json::Projected& record : records) {
      matched.clear();
      matcher.match(record, scratch, matched);
      benchmark::DoNotOptimize(matched.data());
    }
  }
  count_records(state);
}

void BM_Rules(benchmark::State& state) { match_projected(state, rules(state.range(0))); }
BENCHMARK(BM_Rules)->ArgName("rules")->Arg(1)->Arg(60)->Arg(600)->Arg(6'000);

void BM_Pattern37(benchmark::State& state) { match_projected(state, pattern_of_37_names()); }
BENCHMARK(BM_Pattern37);

// Index, walk and match: all of `trailwarden match` but reading.
void BM_Pattern37Decoded(benchmark::State& state) {
  const Matcher matcher = pattern_of_37_names();
  MatchScratch scratch;
  json::Projected record;
  std::vector<RuleId> matched;
  for (auto _ : state) {
    corpus().build_index();
    for (const std::uint32_t token : corpus().records) {
      record.clear(matcher.projection().field_count());
      json::project(corpus().index, token, matcher.projection(), record);
      matched.clear();
      matcher.match(record, scratch, matched);
      benchmark::DoNotOptimize(matched.data());
    }
  }
  count_records(state);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(corpus().text.size()));
}
BENCHMARK(BM_Pattern37Decoded);

}  // namespace

BENCHMARK_MAIN();
