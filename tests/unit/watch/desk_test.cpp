#include "watch/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <utility>

#include "parts.h"
#include "watch/delivery_judge.h"

namespace trailwarden::watch {
namespace {

using testing::ElementsAre;
using triage::Verdict;

class DeskTest : public testing::Test {
 protected:
  DeskTest() : store_(store::Store::open(":memory:").value()) { reopen(); }

  void reopen() {
    desk_ = std::make_unique<Desk>(DeskSetup{.rules = four_rules().rules(),
                                             .store = *store_,
                                             .sinks = {&sink_},
                                             .policy = {},
                                             .dashboard_url = "https://warden.example/",
                                             .cases_max = cases_max_,
                                             .now = clock_.reader()});
  }

  static std::vector<JudgedPart> judged(const std::string& records) {
    std::vector<JudgedPart> parts;
    DeliveryJudge judge(four_rules(), [](std::string_view) {});
    EXPECT_TRUE(judge.judge({.name = "made up", .bytes = records, .receipt = {}},
                            std::chrono::steady_clock::now(),
                            [&](JudgedPart part) {
                              parts.push_back(std::move(part));
                              return true;
                            },
                            {}));
    return parts;
  }

  Recorded record_all(const std::string& records) { return desk_->record(judged(records)).value(); }

  std::vector<store::CaseRow> cases() { return store_->latest_cases(100).value(); }
  std::vector<std::string> pending_kinds() {
    std::vector<std::string> kinds;
    const auto rows = store_->messages(store::OutboxState::Pending, 100).value();
    for (const store::OutboxRow& row : rows) kinds.push_back(row.kind);
    return kinds;
  }

  ManualClock clock_;
  FakeSink sink_;
  std::size_t cases_max_ = 100;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Desk> desk_;
};

TEST_F(DeskTest, AnEventWithoutFindingsIsCountedAndNotKept) {
  const Recorded recorded = record_all(record("Harmless", "e-1"));
  EXPECT_EQ(recorded.counts.judged, 1U);
  EXPECT_EQ(recorded.events, 0U);
  EXPECT_TRUE(cases().empty());
  EXPECT_EQ(store_->counter("judged").value(), 1U);
}

// Parts of one batch, and batches of one hour, come to one number.
TEST_F(DeskTest, EventsWithoutFindingsAreCountedByHourAndKind) {
  record_all(record("Harmless", "e-1") + record("Harmless", "e-2") + record("Other", "e-3"));
  record_all(record("Harmless", "e-4"));
  record_all(record("Low", "e-5"));
  const triage::ActivityCounts counts = store_->activity({}, {}).value();
  ASSERT_EQ(counts.size(), 2U) << "what was found is kept, and not counted here";
  const auto& [harmless, events] = *counts.begin();
  EXPECT_EQ(harmless.name, "Harmless");
  EXPECT_EQ(events, 3U);
  EXPECT_EQ(harmless.hour % 3600, 0);
  EXPECT_FALSE(harmless.user.empty());
  EXPECT_EQ(std::next(counts.begin())->first.name, "Other");
}

TEST_F(DeskTest, ACaseIsOpenedOnceAndTheEventIsKept) {
  const Recorded recorded = record_all(record("Critical", "e-1"));
  EXPECT_EQ(recorded.opened, 1U);
  ASSERT_EQ(cases().size(), 1U);
  const store::CaseRow found = cases().front();
  EXPECT_EQ(found.verdict, Verdict::Dangerous);
  EXPECT_EQ(found.notified, Verdict::Dangerous);
  EXPECT_EQ(found.events, 1U);
  EXPECT_THAT(pending_kinds(), ElementsAre("opened"));
  const auto events = store_->events_by_id("e-1").value();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].case_id, found.id);
  EXPECT_EQ(events[0].record + "\n", record("Critical", "e-1"));
  const auto message = store_->messages(store::OutboxState::Pending, 1).value().front();
  const auto notice = sink::notice_from_json(message.notice).value();
  EXPECT_EQ(notice.case_id, found.id);
  EXPECT_EQ(notice.event_id, "e-1");
  EXPECT_EQ(notice.dashboard_url, "https://warden.example/#case=" + found.id);
  EXPECT_FALSE(notice.narrative.empty());
}

TEST_F(DeskTest, NobodyIsToldOfALowFinding) {
  EXPECT_EQ(record_all(record("Low", "e-1")).opened, 0U);
  ASSERT_EQ(cases().size(), 1U);
  EXPECT_EQ(cases().front().verdict, Verdict::Safe);
  EXPECT_FALSE(cases().front().notified);
  EXPECT_TRUE(pending_kinds().empty());
}

TEST_F(DeskTest, ARepeatedEventChangesNothing) {
  record_all(record("Critical", "e-1"));
  const std::uint64_t revision = cases().front().revision;
  for (int i = 0; i < 2; ++i) {
    const Recorded again = record_all(record("Critical", "e-1") + record("Critical", "e-1"));
    EXPECT_EQ(again.repeated, 2U);
    EXPECT_EQ(again.events, 0U);
    reopen();  // The second time without anything in memory.
  }
  ASSERT_EQ(cases().size(), 1U);
  EXPECT_EQ(cases().front().revision, revision);
  EXPECT_EQ(cases().front().events, 1U);
  EXPECT_THAT(pending_kinds(), ElementsAre("opened"));
  EXPECT_EQ(store_->counter("repeated").value(), 4U);
}

TEST_F(DeskTest, AnObjectIsKeptWithTheLastOfItsEvents) {
  std::vector<JudgedPart> parts = judged(record("Critical", "e-1"));
  JudgedPart first = parts.at(0);
  first.is_last = false;
  ASSERT_TRUE(desk_->record({&first, 1}));
  EXPECT_TRUE(store_->read_objects().value().empty()) << "the rest of it is still to come";
  parts[0].object = source::ReadObject{.id = 7, .day = std::chrono::sys_days(std::chrono::days(9))};
  ASSERT_TRUE(desk_->record(parts));
  const auto kept = store_->read_objects().value();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].object, 7U);
  EXPECT_EQ(kept[0].day, 9);
}

TEST_F(DeskTest, AnObjectOfWhichNothingCouldBeReadIsNotKept) {
  DeliveryJudge judge(four_rules(), [](std::string_view) {});
  std::vector<JudgedPart> parts;
  const source::ReadObject object{.id = 7, .day = {}};
  EXPECT_TRUE(judge.judge({.name = "bad", .bytes = "no JSON", .receipt = {}, .object = object},
                          std::chrono::steady_clock::now(),
                          [&](JudgedPart part) {
                            parts.push_back(std::move(part));
                            return true;
                          },
                          {}));
  EXPECT_EQ(parts.back().object, object);
  EXPECT_NE(parts.back().unreadable, "");
  ASSERT_TRUE(desk_->record(parts));
  EXPECT_TRUE(store_->read_objects().value().empty());
}

TEST_F(DeskTest, AnIdThatIsUsedAgainForSomethingElseHidesNothing) {
  record_all(record("Low", "e-1"));
  EXPECT_EQ(record_all(record("Critical", "e-1")).events, 1U);
  EXPECT_EQ(store_->events_by_id("e-1").value().size(), 2U);
}

TEST_F(DeskTest, ACaseThatGrowsIsToldAgainOnlyWhenItsVerdictRises) {
  record_all(record("Low", "e-1") + record("Low", "e-2", 1));
  EXPECT_TRUE(pending_kinds().empty());
  const Recorded risen = record_all(record("High", "e-3", 2));
  EXPECT_EQ(risen.opened, 1U);
  const Recorded worse = record_all(record("Critical", "e-4", 3));
  EXPECT_EQ(worse.opened, 0U);
  const bool was_uncertain = worse.raised == 1;
  EXPECT_EQ(cases().size(), 1U);
  EXPECT_THAT(pending_kinds(),
              was_uncertain ? ElementsAre("opened", "raised") : ElementsAre("opened", "grown"));
  EXPECT_EQ(record_all(record("Critical", "e-5", 4)).raised, 0U);
}

TEST_F(DeskTest, GrowthIsGatheredIntoOneMessageThatWaits) {
  record_all(record("Critical", "e-0"));
  for (int i = 1; i <= 20; ++i) record_all(record("Critical", "e-" + std::to_string(i), i));
  EXPECT_THAT(pending_kinds(), ElementsAre("opened", "grown"));
  const auto grown = store_->messages(store::OutboxState::Pending, 2).value().back();
  EXPECT_EQ(grown.due, clock_.now + 60'000);
  EXPECT_EQ(sink::notice_from_json(grown.notice).value().events, 21U);
}

TEST_F(DeskTest, TheSameCaseGrowsAfterARestart) {
  record_all(record("High", "e-1"));
  const std::string id = cases().front().id;
  reopen();
  record_all(record("High", "e-2", 10));
  ASSERT_EQ(cases().size(), 1U);
  EXPECT_EQ(cases().front().id, id);
  EXPECT_EQ(cases().front().events, 2U);
}

TEST_F(DeskTest, WhatMemoryHadToForgetComesFromTheStore) {
  cases_max_ = 1;
  reopen();
  for (int round = 0; round < 3; ++round) {
    for (const char* actor : {"mallory", "trudy", "eve"}) {
      record_all(record("High", std::string(actor) + std::to_string(round), round, actor));
    }
  }
  ASSERT_EQ(cases().size(), 3U);
  for (const store::CaseRow& row : cases()) EXPECT_EQ(row.events, 3U);
}

TEST_F(DeskTest, EventsInWhateverOrderMakeTheSameCase) {
  record_all(record("High", "e-2", 1200));
  record_all(record("High", "e-3", 2400));
  record_all(record("Critical", "e-1", 0));
  ASSERT_EQ(cases().size(), 1U);
  EXPECT_EQ(cases().front().events, 3U);
  EXPECT_EQ(*cases().front().last - *cases().front().first, 2400);
}

TEST_F(DeskTest, ActorsAndLongPausesPartCases) {
  record_all(record("High", "e-1", 0, "mallory") + record("High", "e-2", 0, "trudy"));
  record_all(record("High", "e-3", 3601, "mallory"));
  EXPECT_EQ(cases().size(), 3U);
}

TEST_F(DeskTest, ASinkThatWantsOnlyDangerousOnesHearsWhenACaseBecomesSo) {
  sink_.least = Verdict::Dangerous;
  record_all(record("High", "e-1"));
  const bool dangerous_at_once = cases().front().verdict == Verdict::Dangerous;
  record_all(record("Critical", "e-2", 1));
  EXPECT_EQ(pending_kinds().front(), dangerous_at_once ? "opened" : "raised");
}

TEST_F(DeskTest, EverySinkHasItsOwnKey) {
  FakeSink other("other");
  desk_ = std::make_unique<Desk>(DeskSetup{.rules = four_rules().rules(),
                                           .store = *store_,
                                           .sinks = {&sink_, &other},
                                           .policy = {},
                                           .dashboard_url = {},
                                           .now = clock_.reader()});
  record_all(record("Critical", "e-1"));
  const auto messages = store_->messages(store::OutboxState::Pending, 10).value();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_NE(messages[0].key, messages[1].key);
}

TEST_F(DeskTest, DamageIsCountedAndNamed) {
  std::vector<std::string> notes;
  DeliveryJudge judge(four_rules(), [&](std::string_view line) { notes.emplace_back(line); });
  std::vector<JudgedPart> parts;
  const auto keep = [&](JudgedPart part) {
    parts.push_back(std::move(part));
    return true;
  };
  judge.judge({.name = "half", .bytes = record("Low", "e-1") + "{\"x\n", .receipt = {}}, {}, keep,
              {});
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].counts.read, 2U);
  EXPECT_EQ(parts[0].counts.skipped, 1U);
  EXPECT_TRUE(parts[0].unreadable.empty());
  EXPECT_EQ(notes.size(), 1U);
  judge.judge({.name = "none", .bytes = "no JSON at all", .receipt = {}}, {}, keep, {});
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_THAT(parts[1].unreadable, testing::HasSubstr("none"));
}

TEST_F(DeskTest, ALargeDeliveryComesInParts) {
  std::string many;
  for (int i = 0; i < 1'100; ++i) many += record("High", "e-" + std::to_string(i), i % 60);
  const auto parts = judged(many);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_FALSE(parts[0].is_last);
  EXPECT_FALSE(parts[1].is_last);
  EXPECT_TRUE(parts[2].is_last);
  EXPECT_EQ(desk_->record(parts).value().events, 1'100U);
  EXPECT_EQ(cases().front().events, 1'100U);
}

TEST_F(DeskTest, ManyKindsOfSafeEventsComeInParts) {
  std::string many;
  for (int i = 0; i < 1'100; ++i) many += record("Call" + std::to_string(i), "e", i % 60);
  const auto parts = judged(many);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].weight(), 513U) << "they count where room is short";
  desk_->record(parts).value();
  EXPECT_EQ(store_->activity({}, {}).value().size(), 1'100U);
}

// Sessions are named by who assumes the role.
TEST_F(DeskTest, EverNewPrincipalsDoNotFillTheStore) {
  std::vector<JudgedPart> parts(1);
  for (std::size_t i = 0; i < KindLimit::kKindsMax + 500; ++i) {
    parts[0].activity[{.user = "session-" + std::to_string(i), .name = "ListUsers"}] = 2;
  }
  desk_->record(parts).value();
  const auto counts = store_->activity({}, {}).value();
  EXPECT_EQ(counts.size(), KindLimit::kKindsMax + 1);
  EXPECT_EQ(counts.at({.user = "(others)", .name = "ListUsers"}), 1'000U);
}

// A file's store that behaves as one that many share: it takes few events at once, and others may
// write between the first try of a unit of work and the second.
class Crowded final : public store::LiveStore {
 public:
  explicit Crowded(store::Store& file) : file_(file) {}

  Result<void> transact(const std::function<Result<void>(store::LiveWriter&)>& work) override {
    if (others) {
      note_what_is_there();
      const auto tried = file_.write([&](store::Writer& to) -> Result<void> {
        EXPECT_TRUE(work(to));
        return fail(ErrorCode::Io, "others were faster");
      });
      EXPECT_FALSE(tried);
      std::exchange(others, nullptr)();
    }
    return file_.write([&](store::Writer& to) -> Result<void> {
      const std::uint64_t before = file_.statistics().value().events;
      TW_TRY(work(to));
      const std::uint64_t added = file_.statistics().value().events - before;
      if (added > events_max) return fail(ErrorCode::LimitExceeded, "too many");
      if (failing != 0 && --failing == 0) return fail(ErrorCode::Io, "on purpose");
      return {};
    });
  }
  std::size_t events_at_once() const override { return at_once; }
  Result<std::vector<store::EventRow>> events_of(const store::CaseRow& row,
                                                 std::size_t limit) const override {
    ++whole_reads;
    return file_.events_of(row, limit);
  }
  // Of what `others` wrote, if it knows.
  Result<std::optional<std::vector<store::EventRow>>> events_since(
      std::uint64_t since, const store::CaseRow& row) const override {
    if (!knows_latest || since != revision_before_) return std::nullopt;
    auto rows = TW_TRY(file_.events_of(row, 1'000));
    std::erase_if(rows, [&](const auto& each) { return before_.count(each.fingerprint) != 0; });
    if (loses) rows.pop_back();
    return rows;
  }
  Result<std::optional<store::CaseRow>> find_case(std::string_view id) const override {
    return file_.find_case(id);
  }
  Result<std::optional<store::CaseRow>> case_around(std::string_view actor,
                                                    std::optional<UnixSeconds> time,
                                                    std::int64_t silence,
                                                    std::int64_t length) const override {
    return file_.case_around(actor, time, silence, length);
  }
  Result<std::optional<store::UnixMillis>> next_due(std::string_view sink) const override {
    return file_.next_due(sink);
  }
  Result<std::string> thread_of(std::string_view sink, std::string_view id) const override {
    return file_.thread_of(sink, id);
  }
  Result<std::vector<store::SpendingRow>> spending_since(UnixSeconds minute) const override {
    return file_.spending_since(minute);
  }
  Result<std::optional<store::AnswerRow>> answer(std::string_view shape) const override {
    return file_.answer(shape);
  }

  std::function<void()> others;  // Called once, between two tries.
  std::size_t at_once = 100;
  std::uint64_t events_max = 100;
  int failing = 0;  // The so manieth transaction from now on fails.
  bool knows_latest = false;
  bool loses = false;           // One of the latest events.
  mutable int whole_reads = 0;  // Of all events of a case.

 private:
  void note_what_is_there() {
    const auto cases = file_.latest_cases(9).value();
    for (const store::CaseRow& row : cases) {
      revision_before_ = row.revision;
      const auto events = file_.events_of(row, 1'000).value();
      for (const store::EventRow& each : events) before_.insert(each.fingerprint);
    }
  }

  std::uint64_t revision_before_ = 0;
  std::set<std::string> before_;  // Fingerprints.
  store::Store& file_;
};

class SharedDeskTest : public DeskTest {
 protected:
  SharedDeskTest() : crowded_(*store_), shared_(setup(crowded_)), theirs_(setup(*store_)) {}

  DeskSetup setup(store::LiveStore& store) {
    return {.rules = four_rules().rules(),
            .store = store,
            .sinks = {&sink_},
            .policy = {},
            .now = clock_.reader()};
  }
  std::string many(int events) {
    std::string records;
    for (int i = 0; i < events; ++i) {
      records += record("Critical", "e-" + std::to_string(i), i, i % 2 == 0 ? "mallory" : "trudy");
    }
    return records;
  }

  Crowded crowded_;
  Desk shared_, theirs_;
};

TEST_F(SharedDeskTest, WhatOthersDidMeanwhileIsReadBeforeItGoesOn) {
  ASSERT_TRUE(shared_.record(judged(record("High", "e-1"))));
  crowded_.others = [this] {
    ASSERT_TRUE(theirs_.record(judged(record("Critical", "e-2", 10) + record("Low", "e-3", 20))));
  };
  const auto recorded =
      shared_.record(judged(record("High", "e-3b", 30) + record("Low", "e-3", 20)));
  ASSERT_TRUE(recorded) << to_string(recorded.error());
  EXPECT_EQ(recorded->events, 1U);
  EXPECT_EQ(recorded->repeated, 1U) << "e-3 is theirs";
  ASSERT_EQ(cases().size(), 1U);
  EXPECT_EQ(cases()[0].events, 4U);
  EXPECT_EQ(cases()[0].revision, 3U);
  EXPECT_EQ(cases()[0].verdict, Verdict::Dangerous);
}

TEST_F(SharedDeskTest, WhatOthersAddedIsEnoughToGoOnWithACase) {
  crowded_.knows_latest = true;
  ASSERT_TRUE(shared_.record(judged(record("Low", "e-1"))));
  for (const int round : {1, 2}) {
    const std::string number = std::to_string(round);
    crowded_.others = [&] {
      Desk others(setup(*store_));  // A new one: a file's desk counts on being alone.
      ASSERT_TRUE(others.record(judged(record(round == 1 ? "Low" : "Critical", "t-" + number, 9))));
    };
    ASSERT_TRUE(shared_.record(judged(record("Low", "m-" + number, 20))));
    EXPECT_EQ(crowded_.whole_reads, 0);
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(cases()[0].events, 1U + 2U * static_cast<unsigned>(round));
    EXPECT_EQ(cases()[0].revision, cases()[0].events);
    EXPECT_EQ(cases()[0].verdict, round == 1 ? Verdict::Safe : Verdict::Dangerous);
  }
}

TEST_F(SharedDeskTest, WhatIsMissingOfWhatOthersAddedIsNoticed) {
  crowded_.knows_latest = true;
  ASSERT_TRUE(shared_.record(judged(record("High", "e-1"))));
  crowded_.others = [this] {
    ASSERT_TRUE(theirs_.record(judged(record("Low", "t-1", 10) + record("Low", "t-2", 11))));
    crowded_.loses = true;
  };
  ASSERT_TRUE(shared_.record(judged(record("High", "m-1", 20))));
  EXPECT_EQ(crowded_.whole_reads, 1);
  EXPECT_EQ(cases().at(0).events, 4U);
}

TEST_F(SharedDeskTest, TwoCasesOfAnActorAreForgottenTogether) {
  crowded_.others = [this] { ASSERT_TRUE(theirs_.record(judged(record("High", "t-1", 10)))); };
  const std::string days_apart = record("High", "m-1", 20) + record("High", "m-2", 400'000);
  ASSERT_TRUE(shared_.record(judged(days_apart)));
  ASSERT_EQ(cases().size(), 2U);
  EXPECT_EQ(cases()[0].events + cases()[1].events, 3U);
}

TEST_F(SharedDeskTest, ACaseThatOthersBeginMeanwhileIsTheirs) {
  crowded_.others = [this] { ASSERT_TRUE(theirs_.record(judged(record("High", "e-1")))); };
  const auto recorded = shared_.record(judged(record("High", "e-2", 10)));
  ASSERT_TRUE(recorded);
  EXPECT_EQ(recorded->opened, 0U);
  ASSERT_EQ(cases().size(), 1U);
  EXPECT_EQ(cases()[0].events, 2U);
}

TEST_F(SharedDeskTest, WhatIsInMemoryOfTheirCaseIsOld) {
  ASSERT_TRUE(shared_.record(judged(record("High", "e-1"))));
  ASSERT_TRUE(theirs_.record(judged(record("High", "e-2", 3'000))));
  // Too far from e-1, close to e-2: the case is looked up, and is not as it was.
  ASSERT_TRUE(shared_.record(judged(record("High", "e-3", 5'000))));
  ASSERT_EQ(cases().size(), 1U);
  EXPECT_EQ(cases()[0].events, 3U);
}

TEST_F(SharedDeskTest, InPiecesAllTheSame) {
  crowded_.at_once = 8;
  crowded_.events_max = 3;
  const auto recorded = shared_.record(judged(many(20)));
  ASSERT_TRUE(recorded) << to_string(recorded.error());
  EXPECT_EQ(recorded->events, 20U);
  EXPECT_EQ(recorded->opened, 2U);
  EXPECT_EQ(recorded->counts.read, 20U);
  EXPECT_EQ(store_->statistics()->events, 20U);
  EXPECT_EQ(store_->counter("read").value(), 20U) << "with the last piece, once";
  ASSERT_EQ(cases().size(), 2U);
  EXPECT_EQ(cases()[0].events, 10U);
  EXPECT_EQ(cases()[1].events, 10U);
}

TEST_F(SharedDeskTest, BehindAPieceThatFailedTheRestComesAgain) {
  crowded_.at_once = 5;
  crowded_.failing = 3;
  EXPECT_FALSE(shared_.record(judged(many(20))));
  EXPECT_EQ(store_->statistics()->events, 10U);
  const auto recorded = shared_.record(judged(many(20)));
  ASSERT_TRUE(recorded);
  EXPECT_EQ(recorded->events, 10U);
  EXPECT_EQ(recorded->repeated, 10U);
  EXPECT_EQ(store_->statistics()->events, 20U);
  ASSERT_EQ(cases().size(), 2U);
  EXPECT_EQ(cases()[0].events + cases()[1].events, 20U);
}

TEST_F(SharedDeskTest, OneEventThatIsTooMuchIsAnError) {
  crowded_.events_max = 0;
  const auto refused = shared_.record(judged(many(4)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::LimitExceeded);
}

}  // namespace
}  // namespace trailwarden::watch
