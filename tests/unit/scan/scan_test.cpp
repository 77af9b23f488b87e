#include "scan/scan.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "scan/checkpoint.h"
#include "scan/match_events.h"

namespace trailwarden::scan {
namespace {

constexpr const char* kRules = R"(
title: A call was denied
id: 0b9f9a1e-6f6e-4a52-8f3c-0c9a4e1f0a01
level: medium
logsource: {product: aws, service: cloudtrail}
detection:
  selection: {errorCode: AccessDenied}
  condition: selection
---
title: Logging stopped
id: 0b9f9a1e-6f6e-4a52-8f3c-0c9a4e1f0a02
level: high
tags: [attack.defense-impairment, attack.t1685.002]
logsource: {product: aws, service: cloudtrail}
detection:
  selection: {eventName: [StopLogging, AttachUserPolicy]}
  condition: selection
---
title: Anything read
id: 0b9f9a1e-6f6e-4a52-8f3c-0c9a4e1f0a03
level: low
logsource: {product: aws, service: cloudtrail}
detection:
  selection: {readOnly: true}
  condition: selection
)";

engine::Engine compile() {
  auto engine = engine::Engine::compile(
      {.rules = {{"rules.yml", kRules}}, .suppressions = {}, .pattern = {}});
  EXPECT_TRUE(engine.has_value());
  EXPECT_EQ(engine->rules().rules.size(), 3U);
  return *std::move(engine);
}

// The files of the bundled day; the first ones twice, as a second trail would deliver them.
std::vector<std::string> files_with_repeats() {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(TW_SOURCE_DIR "/examples/day")) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (std::size_t i = 0; i < 20; ++i) files.push_back(files[i]);
  return files;
}

// All that a run says, as text.
struct Told {
  std::string lines;
  std::string cases;
  Counts counts;
};

using Files = std::vector<std::string>;

std::unique_ptr<cloudtrail::FileFeed> feed_of(const Files& files, Progress& progress,
                                              cloudtrail::FeedOrder order) {
  auto feed = cloudtrail::FileFeed::open(files, order, progress.feed);
  EXPECT_TRUE(feed.has_value());
  return std::move(feed).value();
}

Told run(const engine::Engine& engine, const Files& files, const ScanOptions& options) {
  Told told;
  Progress progress;
  const auto feed = feed_of(files, progress, cloudtrail::FeedOrder::Quickest);
  const auto result = scan(engine, options, *feed, progress, {}, [&](const EventVerdict& verdict) {
    told.lines += verdict.event.event_id + " " + std::string(verdict.case_id) + " " +
                  std::to_string(verdict.judgement.risk) + "\n";
  });
  EXPECT_TRUE(result.has_value());
  for (const triage::Case& found : result->cases) {
    told.cases += found.id + " " + std::to_string(found.events) + " " + found.arithmetic + "\n";
  }
  told.counts = result->counts;
  return told;
}

// Promise 1, with so little memory that everything goes through temporary files.
TEST(Scan, IsTheSameForAnyThreadsMemoryAndOrder) {
  const engine::Engine engine = compile();
  std::vector<std::string> files = files_with_repeats();
  const ScanOptions base{.since = {}, .until = {}, .lines = Lines::All};
  const Told expected = run(engine, files, base);
  EXPECT_GT(expected.counts.judged, 4'000U);
  EXPECT_GT(expected.counts.repeated, 100U);
  EXPECT_FALSE(expected.cases.empty());
  EXPECT_EQ(std::count(expected.lines.begin(), expected.lines.end(), '\n'),
            static_cast<std::ptrdiff_t>(expected.counts.judged));
  for (const unsigned threads : {1U, 2U, 4U}) {
    for (const std::size_t memory : {std::size_t{20'000}, std::size_t{24} << 20U}) {
      std::reverse(files.begin(), files.end());
      ScanOptions options = base;
      options.threads = threads;
      options.sorter_bytes = memory;
      const Told told = run(engine, files, options);
      EXPECT_EQ(told.lines, expected.lines) << threads << " threads, " << memory << " bytes";
      EXPECT_EQ(told.cases, expected.cases);
      EXPECT_EQ(told.counts.repeated, expected.counts.repeated);
    }
  }
}

// What was counted elsewhere is in every total, and among no lines.
TEST(Scan, AddsWhatWasCountedElsewhere) {
  const engine::Engine engine = compile();
  Progress progress;
  const auto feed = feed_of(files_with_repeats(), progress, cloudtrail::FeedOrder::Quickest);
  constexpr UnixSeconds kHour = 1'772'000'000 / 3600 * 3600;
  ScanOptions options{.since = {}, .until = {}, .lines = Lines::All};
  options.counted = {{{.hour = kHour, .user = "u", .source = "s", .region = "r"}, 1'000'000},
                     {{.hour = kHour + 3600, .user = "u", .source = "t", .region = "r"}, 2}};
  std::uint64_t told = 0;
  const auto result =
      scan(engine, options, *feed, progress, {}, [&](const EventVerdict&) { ++told; });
  ASSERT_TRUE(result.has_value());
  const Counts& counts = result->counts;
  EXPECT_GT(told, 4'000U);
  EXPECT_EQ(counts.judged, told + 1'000'002);
  EXPECT_EQ(counts.safe + counts.uncertain + counts.dangerous, counts.judged);
  const auto row = [](const std::vector<Row>& rows, std::string_view name) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.name == name; });
    return found == rows.end() ? 0 : found->events;
  };
  EXPECT_EQ(row(result->users, "u"), 1'000'002U);
  EXPECT_EQ(row(result->services, "t"), 2U);
  EXPECT_EQ(row(result->regions, "r"), 1'000'002U);
  EXPECT_LE(result->first, kHour);
  EXPECT_GE(result->timeline.step_seconds, 3600) << "no finer than what is known";
  std::uint64_t in_time = 0;
  for (const std::uint64_t events : result->timeline.total) in_time += events;
  EXPECT_EQ(in_time + counts.without_time, counts.judged);
}

// Hands out the portions of another feed, and fails behind some of them: a run that breaks.
class BrokenFeed final : public cloudtrail::Feed {
 public:
  BrokenFeed(cloudtrail::Feed& feed, std::size_t portions) : feed_(feed), left_(portions) {}
  Result<std::optional<cloudtrail::Portion>> next(const std::stop_token& stop) override {
    if (left_-- == 0) return fail(ErrorCode::Io, "broken");
    return feed_.next(stop);
  }

 private:
  cloudtrail::Feed& feed_;
  std::size_t left_;
};

// Breaks behind every portion in turn, with repeats across the break; whoever goes on says the
// same.
TEST(Scan, GoesOnWithACheckpoint) {
  const engine::Engine engine = compile();
  constexpr std::size_t kDistinct = 9;
  Files files = files_with_repeats();
  files.resize(kDistinct);
  for (std::size_t i = 0; i < 4; ++i) files.push_back(files[i]);
  const std::string path = testing::TempDir() + "/scan-checkpoint-" + std::to_string(::getpid());
  for (const Lines lines : {Lines::Findings, Lines::All}) {
    const ScanOptions unbroken{.since = {}, .until = {}, .threads = 2, .lines = lines};
    const Told expected = run(engine, files, unbroken);
    for (std::size_t portions = 0; portions <= files.size(); ++portions) {
      std::filesystem::remove(path);
      {
        auto checkpoint = Checkpoint::open(path, {});
        ASSERT_TRUE(checkpoint.has_value());
        ScanOptions options = unbroken;
        options.checkpoint = checkpoint->get();
        Progress progress;
        const auto feed = feed_of(files, progress, cloudtrail::FeedOrder::Given);
        BrokenFeed broken(*feed, portions);
        EXPECT_FALSE(scan(engine, options, broken, progress, {}, [](const EventVerdict&) {}));
        EXPECT_EQ((*checkpoint)->size(), std::min(portions, kDistinct));
      }
      auto checkpoint = Checkpoint::open(path, {});
      ASSERT_TRUE(checkpoint.has_value());
      ScanOptions options = unbroken;
      options.checkpoint = checkpoint->get();
      const Told told = run(engine, files, options);
      EXPECT_EQ(told.lines, expected.lines) << portions;
      EXPECT_EQ(told.cases, expected.cases);
      EXPECT_EQ(told.counts.repeated, expected.counts.repeated);
      EXPECT_EQ(told.counts.judged, expected.counts.judged);
    }
  }
  std::filesystem::remove(path);
}

TEST(Scan, StopsWhenAsked) {
  const engine::Engine engine = compile();
  std::stop_source source;
  source.request_stop();
  Progress progress;
  const auto feed = feed_of(files_with_repeats(), progress, cloudtrail::FeedOrder::Quickest);
  const auto result = scan(engine, {.since = {}, .until = {}}, *feed, progress, source.get_token(),
                           [](const EventVerdict&) {});
  EXPECT_FALSE(result.has_value());
}

TEST(MatchEvents, IsInTheOrderOfInputsForAnyThreads) {
  const auto match = [](unsigned threads) {
    Progress progress;
    std::string lines;
    const auto feed = feed_of(files_with_repeats(), progress, cloudtrail::FeedOrder::Given);
    const auto result =
        match_events({.pattern = R"({"source":["aws.iam","aws.sts"]})", .threads = threads}, *feed,
                     progress, {}, [&](std::string_view more) {
                       lines += more;
                       return true;
                     });
    EXPECT_TRUE(result.has_value());
    return lines;
  };
  const std::string expected = match(1);
  EXPECT_GT(expected.size(), 100'000U);
  EXPECT_EQ(match(4), expected);
}

TEST(MatchEvents, EndsWhenNobodyWantsMore) {
  Progress progress;
  int calls = 0;
  const auto feed = feed_of(files_with_repeats(), progress, cloudtrail::FeedOrder::Given);
  const auto result =
      match_events({.pattern = R"({"detail":{"eventVersion":[{"exists":true}]}})", .threads = 3},
                   *feed, progress, {}, [&](std::string_view) { return ++calls < 2; });
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace trailwarden::scan
