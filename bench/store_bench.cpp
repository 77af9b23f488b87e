// What durability costs: the recorder's transaction, the dispatcher's claim and settle, and how
// both do behind a long outage of a sink. Files are made in the current directory: its disk is
// measured.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "store/store.h"

namespace {

using namespace trailwarden;
using namespace trailwarden::store;

constexpr const char* kSink = "slack:C0123456789";
constexpr int kEvents = 20;             // A transaction of the recorder.
const std::string kRecord(1'500, 'r');  // CloudTrail's median record has about as much.
const std::string kSighting(400, 's');
const std::string kDocument(6'000, 'd');

void check(const Result<void>& done) {
  if (done) return;
  std::cerr << to_string(done.error()) << "\n";
  std::exit(1);
}

// A fresh file, gone at the end.
class Fresh {
 public:
  Fresh() {
    remove();
    auto store = Store::open(kPath);
    if (!store) check(tl::unexpected(store.error()));
    store_ = std::move(*store);
  }
  ~Fresh() {
    store_.reset();
    remove();
  }
  Fresh(const Fresh&) = delete;
  Fresh& operator=(const Fresh&) = delete;
  Store* operator->() { return store_.get(); }

 private:
  static constexpr const char* kPath = "store_bench.db";
  static void remove() {
    for (const char* end : {"", "-wal", "-shm", "-lock"}) {
      std::filesystem::remove(std::string(kPath) + end);
    }
  }
  std::unique_ptr<Store> store_;
};

OutboxRow message(int number, const std::string& kind = "opened") {
  OutboxRow row;
  row.key = "key-" + std::to_string(number) + kind;
  row.sink = kSink;
  row.case_id = "c-" + std::to_string(number);
  row.kind = kind;
  row.notice = kDocument;
  row.created = row.due = number;
  return row;
}

Result<void> record(Writer& to, int number) {
  for (int i = 0; i < kEvents; ++i) {
    EventRow event;
    event.fingerprint = std::to_string(number) + "/" + std::to_string(i);
    event.event_id = "0b9e4b7a-2f36-4fd6-9e9f-" + event.fingerprint;
    event.time = number;
    event.case_id = "c-" + std::to_string(number);
    event.actor = "AKIAIOSFODNN7EXAMPLE";
    event.sighting = kSighting;
    event.record = kRecord;
    event.received = number;
    TW_TRY(to.add_event(event));
  }
  CaseRow row;
  row.id = "c-" + std::to_string(number);
  row.actor = "AKIAIOSFODNN7EXAMPLE";
  row.document = kDocument;
  row.updated = number;
  TW_TRY(to.put_case(row));
  TW_TRY(to.enqueue(message(number)));
  TW_TRY(to.set_checkpoint("lookup", std::to_string(number)));
  return to.count("judged", kEvents);
}

// Twenty events, their case and a message, on the disk.
void BM_Record(benchmark::State& state) {
  Fresh store;
  int number = 0;
  for (auto _ : state) {
    check(store->write([&](Writer& to) { return record(to, number); }));
    ++number;
  }
  state.SetItemsProcessed(number * kEvents);
}
BENCHMARK(BM_Record)->Unit(benchmark::kMicrosecond)->UseRealTime();

// The smallest transaction there is: what the disk asks for a commit.
void BM_Commit(benchmark::State& state) {
  Fresh store;
  for (auto _ : state) check(store->write([](Writer& to) { return to.count("judged", 1); }));
}
BENCHMARK(BM_Commit)->Unit(benchmark::kMicrosecond)->UseRealTime();

// A message on its way: claimed, sent (by nobody), settled. Two transactions.
void BM_ClaimAndSettle(benchmark::State& state) {
  constexpr int kWaiting = 2'000;
  Fresh store;
  int next = 0;
  int left = 0;
  const auto refill = [&](Writer& to) -> Result<void> {
    for (const int end = next + kWaiting; next < end; ++next) TW_TRY(to.enqueue(message(next)));
    return {};
  };
  for (auto _ : state) {
    if (left == 0) {
      state.PauseTiming();
      check(store->write(refill));
      left = kWaiting;
      state.ResumeTiming();
    }
    --left;
    std::int64_t id = 0;
    check(store->write([&](Writer& to) -> Result<void> {
      id = TW_TRY(to.claim(kSink, next, 1)).at(0).id;
      return {};
    }));
    check(store->write([&](Writer& to) { return to.mark_sent(id, "1772541667.000100", next); }));
  }
}
BENCHMARK(BM_ClaimAndSettle)->Unit(benchmark::kMicrosecond)->UseRealTime();

// Asking what is due while a sink is away: each of `cases` has its first message postponed and two
// more behind it that are due already.
void BM_DueBehindAnOutage(benchmark::State& state) {
  Fresh store;
  const int cases = static_cast<int>(state.range(0));
  constexpr UnixMillis kFar = 1'000'000'000;
  check(store->write([&](Writer& to) -> Result<void> {
    for (int i = 0; i < cases; ++i) {
      OutboxRow first = message(i);
      first.due = kFar;
      TW_TRY(to.enqueue(first));
      TW_TRY(to.enqueue(message(i, "grown")));
      TW_TRY(to.enqueue(message(i, "opinion")));
    }
    return {};
  }));
  for (auto _ : state) {
    check(store->write([&](Writer& to) -> Result<void> {
      benchmark::DoNotOptimize(TW_TRY(to.claim(kSink, kFar - 1, 16)).size());
      return {};
    }));
    benchmark::DoNotOptimize(store->next_due(kSink));
  }
}
BENCHMARK(BM_DueBehindAnOutage)->Arg(100)->Arg(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
