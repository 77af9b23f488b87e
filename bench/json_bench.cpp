// How fast the json room decodes CloudTrail records, beside simdjson on the same bytes.
//
//   TW_BENCH_NDJSON=part-00000.ndjson build/release/bin/json_bench
//
// The corpus is one NDJSON file (bench/make_corpus.py makes one); the first MiB of it is used.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "json/walker.h"

namespace {

using namespace trailwarden::json;

constexpr const char* kPaths[] = {"eventTime",
                                  "eventSource",
                                  "eventName",
                                  "awsRegion",
                                  "sourceIPAddress",
                                  "userAgent",
                                  "errorCode",
                                  "eventID",
                                  "userIdentity.type",
                                  "userIdentity.arn",
                                  "userIdentity.accountId",
                                  "readOnly"};

// Whole lines of the corpus, padded.
struct Corpus {
  std::string bytes;
  std::size_t size = 0;
  std::vector<std::string_view> records;

  std::string_view text() const { return std::string_view(bytes).substr(0, size); }
};

Corpus load() {
  constexpr std::size_t kBytesMax = 1 << 20;
  Corpus corpus;
  const char* path = std::getenv("TW_BENCH_NDJSON");
  if (path == nullptr) return corpus;
  std::ifstream file(path, std::ios::binary);
  corpus.bytes.resize(kBytesMax);
  file.read(corpus.bytes.data(), static_cast<std::streamsize>(kBytesMax));
  corpus.bytes.resize(static_cast<std::size_t>(file.gcount()));
  corpus.size = corpus.bytes.rfind('\n') + 1;
  corpus.bytes.resize(corpus.size + simdjson::SIMDJSON_PADDING + kPadding, ' ');
  for (std::size_t at = 0; at < corpus.size;) {
    const std::size_t end = corpus.bytes.find('\n', at);
    corpus.records.push_back(corpus.text().substr(at, end - at));
    at = end + 1;
  }
  return corpus;
}

const Corpus& corpus() {
  static const Corpus loaded = load();
  return loaded;
}

bool ready(benchmark::State& state) {
  if (!corpus().records.empty()) return true;
  state.SkipWithError("set TW_BENCH_NDJSON to an NDJSON file of CloudTrail records");
  return false;
}

void count(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(corpus().size));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(corpus().records.size()));
}

Projection projection() {
  ProjectionBuilder builder;
  for (const char* path : kPaths) builder.add(path);
  return std::move(builder).build();
}

void BM_Index(benchmark::State& state, const char* kernel) {
  if (!ready(state)) return;
  StructuralIndex index;
  for (auto _ : state) {
    index.build_with(kernel, corpus().text());
    benchmark::DoNotOptimize(index.tokens().data());
  }
  count(state);
}

void BM_Walk(benchmark::State& state) {
  if (!ready(state)) return;
  const Projection wanted = projection();
  StructuralIndex index;
  index.build(corpus().text());
  Projected found;
  for (auto _ : state) {
    for (std::uint32_t token = 0; token < index.tokens().size();) {
      found.clear(wanted.field_count());
      token = project(index, token, wanted, found).next_token;
      benchmark::DoNotOptimize(found.first(FieldId{0}));
    }
  }
  count(state);
}

void BM_IndexAndWalk(benchmark::State& state) {
  if (!ready(state)) return;
  const Projection wanted = projection();
  StructuralIndex index;
  Projected found;
  for (auto _ : state) {
    index.build(corpus().text());
    for (std::uint32_t token = 0; token < index.tokens().size();) {
      found.clear(wanted.field_count());
      token = project(index, token, wanted, found).next_token;
      benchmark::DoNotOptimize(found.first(FieldId{0}));
    }
  }
  count(state);
}

void BM_SimdjsonDom(benchmark::State& state) {
  if (!ready(state)) return;
  simdjson::dom::parser parser;
  for (auto _ : state) {
    for (const std::string_view record : corpus().records) {
      simdjson::dom::element document;
      if (parser.parse(record.data(), record.size(), false).get(document)) std::abort();
      benchmark::DoNotOptimize(document);
    }
  }
  count(state);
}

// The same fields in the order in which they stand in the record, as its manual advises.
void BM_SimdjsonOnDemand(benchmark::State& state) {
  if (!ready(state)) return;
  simdjson::ondemand::parser parser;
  for (auto _ : state) {
    for (const std::string_view record : corpus().records) {
      auto document =
          parser.iterate(record.data(), record.size(), record.size() + simdjson::SIMDJSON_PADDING);
      std::size_t found = 0;
      const auto take = [&found](auto&& value) {
        std::string_view raw;
        if (!value.raw_json_token().get(raw)) found += raw.size();
      };
      simdjson::ondemand::object top;
      if (document.get_object().get(top)) std::abort();
      for (auto field : top) {
        std::string_view key = field.unescaped_key().value_unsafe();
        if (key == "userIdentity") {
          simdjson::ondemand::object identity;
          if (field.value().get_object().get(identity)) continue;
          for (auto inner : identity) {
            const std::string_view name = inner.unescaped_key().value_unsafe();
            if (name == "type" || name == "arn" || name == "accountId") take(inner.value());
          }
          continue;
        }
        for (const char* path : kPaths) {
          if (key == path) take(field.value());
        }
      }
      benchmark::DoNotOptimize(found);
    }
  }
  count(state);
}

}  // namespace

int main(int argc, char** argv) {
  for (const char* kernel : StructuralIndex::kernel_names()) {
    benchmark::RegisterBenchmark((std::string("BM_Index/") + kernel).c_str(), BM_Index, kernel);
  }
  benchmark::RegisterBenchmark("BM_Walk", BM_Walk);
  benchmark::RegisterBenchmark("BM_IndexAndWalk", BM_IndexAndWalk);
  benchmark::RegisterBenchmark("BM_SimdjsonDom", BM_SimdjsonDom);
  benchmark::RegisterBenchmark("BM_SimdjsonOnDemand", BM_SimdjsonOnDemand);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
