#include "watch/consultant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "parts.h"
#include "watch/delivery_judge.h"
#include "watch/dispatcher.h"
#include "watch/model_memory.h"

namespace trailwarden::watch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using triage::Verdict;

// Answers each question with the same text, or fails.
class Oracle final : public model::Provider {
 public:
  model::Outcome<model::Reply> ask(const model::Request&, std::chrono::milliseconds,
                                   const std::stop_token&) override {
    ++asked;
    if (answer.empty()) {
      return tl::unexpected(model::Failure{.service = "Test", .message = "is away"});
    }
    model::Reply reply;
    reply.structured = answer;
    reply.usage = model::Usage{1'000, 100, 0, 0};
    return reply;
  }
  const std::string& service() const override { return name_; }
  const std::string& model() const override { return name_; }

  std::string answer;
  int asked = 0;

 private:
  const std::string name_ = "oracle";
};

std::string says(std::string_view verdict) {
  return R"({"verdict":")" + std::string(verdict) +
         R"(","explanation":"It is a test. Nobody did it.","reasons":[],"next_steps":["Rest."]})";
}

class ConsultantTest : public testing::Test {
 protected:
  ConsultantTest()
      : store_(store::Store::open(":memory:").value()),
        log_(LogForm::Text, clock_.reader(),
             [this](std::string_view line) { lines_.emplace_back(line); }) {
    auto oracle = std::make_unique<Oracle>();
    oracle_ = oracle.get();
    guard_ = std::make_unique<model::Guard>(
        std::move(oracle), model::GuardOptions{.attempts_max = 1, .sleep = {}, .random = {}});
    analyst_ = std::make_unique<analyst::ModelAnalyst>(analyst::ModelAnalystSetup{
        .guard = *guard_, .prompt = analyst::builtin_prompt(), .key = 7});
    restart();
  }

  void restart() {
    desk_ = std::make_unique<Desk>(DeskSetup{
        .rules = four_rules().rules(),
        .store = *store_,
        .sinks = {&sink_},
        .policy = {},
        .dashboard_url = {},
        .settle = [this](
                      const triage::Case& found,
                      const analyst::Opinion& opinion) { return analyst_->settle(found, opinion); },
        .footer = [] { return std::string("a footer"); },
        .now = clock_.reader()});
    consultant_ = std::make_unique<Consultant>(ConsultantSetup{
        .analyst = *analyst_, .desk = *desk_, .metrics = metrics_, .log = log_, .told = [this] {
          ++told_;
        }});
  }

  void record_all(const std::string& records) {
    DeliveryJudge judge(four_rules(), [](std::string_view) {});
    std::vector<JudgedPart> parts;
    judge.judge({.name = "made up", .bytes = records, .receipt = {}},
                std::chrono::steady_clock::now(),
                [&](JudgedPart part) {
                  parts.push_back(std::move(part));
                  return true;
                },
                {});
    const Recorded recorded = desk_->record(parts).value();
    for (const std::string& id : recorded.doubtful) consultant_->ask_about(id);
  }

  void ask_all() { consultant_->finish({}); }
  store::CaseRow the_case() { return store_->latest_cases(1).value().front(); }
  std::vector<sink::Notice> sent() {
    Dispatcher dispatcher({.store = *store_,
                           .sink = sink_,
                           .metrics = metrics_,
                           .log = log_,
                           .now = clock_.reader(),
                           .chance = [] { return 0.0; }});
    EXPECT_TRUE(dispatcher.drain({}));
    std::vector<sink::Notice> notices;
    for (FakeSink::Call& call : sink_.calls()) notices.push_back(std::move(call.notice));
    return notices;
  }

  ManualClock clock_;
  FakeSink sink_;
  Metrics metrics_;
  std::vector<std::string> lines_;
  int told_ = 0;
  Oracle* oracle_ = nullptr;
  std::unique_ptr<store::Store> store_;
  Log log_;
  std::unique_ptr<model::Guard> guard_;
  std::unique_ptr<analyst::ModelAnalyst> analyst_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<Consultant> consultant_;
};

TEST_F(ConsultantTest, TheOpinionComesBehindTheFirstWord) {
  oracle_->answer = says("dangerous");
  record_all(record("Critical", "e-1"));
  EXPECT_EQ(sent().size(), 1U) << "nothing waits for a model";
  ask_all();
  EXPECT_EQ(told_, 1);
  const auto notices = sent();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[1].kind, sink::NoticeKind::Opinion);
  ASSERT_TRUE(notices[1].opinion);
  EXPECT_EQ(notices[1].opinion->explanation, "It is a test. Nobody did it.");
  EXPECT_FALSE(notices[1].opinion->counted);
  EXPECT_EQ(notices[1].footer, "a footer");
}

TEST_F(ConsultantTest, DangerousStaysDangerousWhateverItSays) {
  oracle_->answer = says("safe");
  record_all(record("Critical", "e-1"));
  ASSERT_EQ(the_case().local, Verdict::Dangerous);
  ask_all();
  EXPECT_EQ(the_case().verdict, Verdict::Dangerous);
}

TEST_F(ConsultantTest, ADoubtIsSettledUntilSomethingNewIsFound) {
  sink_.least = Verdict::Safe;
  oracle_->answer = says("safe");
  record_all(record("Medium", "e-1"));
  ASSERT_EQ(the_case().local, Verdict::Uncertain);
  ask_all();
  EXPECT_EQ(the_case().verdict, Verdict::Safe);
  EXPECT_EQ(the_case().local, Verdict::Uncertain) << "both opinions are kept";
  ASSERT_TRUE(sent().back().opinion);
  EXPECT_TRUE(sent().back().opinion->counted);
  record_all(record("Medium", "more", 40));
  EXPECT_EQ(the_case().verdict, Verdict::Safe);
  record_all(record("Critical", "worse", 50));
  EXPECT_EQ(the_case().verdict, Verdict::Dangerous);
}

TEST_F(ConsultantTest, AModelThatIsAwayChangesNothing) {
  record_all(record("Critical", "e-1"));
  ask_all();
  EXPECT_EQ(metrics_.questions_failed, 1U);
  EXPECT_TRUE(the_case().opinion.empty());
  EXPECT_THAT(lines_, testing::Contains(HasSubstr("is away")));
  EXPECT_EQ(sent().size(), 1U);
}

TEST_F(ConsultantTest, WhatAnEarlierRunLeftIsTakenUp) {
  record_all(record("Critical", "e-1"));
  oracle_->answer = says("dangerous");
  restart();
  ASSERT_TRUE(consultant_->take_up(*store_, clock_.now));
  EXPECT_EQ(consultant_->waiting(), 1U);
  ask_all();
  EXPECT_FALSE(the_case().opinion.empty());
  restart();
  ASSERT_TRUE(consultant_->take_up(*store_, clock_.now));
  EXPECT_EQ(consultant_->waiting(), 0U);
}

TEST_F(ConsultantTest, NobodyIsAskedAboutWhatNobodyWasToldOf) {
  oracle_->answer = says("dangerous");
  record_all(record("Low", "e-1"));
  ask_all();
  EXPECT_EQ(oracle_->asked, 0);
}

TEST_F(ConsultantTest, MoreOfTheSameIsNotAskedAboutAgain) {
  oracle_->answer = says("dangerous");
  record_all(record("Critical", "e-1"));
  ask_all();
  record_all(record("Critical", "e-2", 1));
  ask_all();
  EXPECT_EQ(oracle_->asked, 1);
  record_all(record("High", "e-3", 2));
  ask_all();
  EXPECT_EQ(oracle_->asked, 2) << "another rule found something";
}

TEST(HeardOpinion, IsReadAsItWasWritten) {
  HeardOpinion heard;
  heard.opinion.verdict = Verdict::Safe;
  heard.opinion.explanation = "a \"word\"";
  heard.opinion.reading = analyst::Reading::Structured;
  heard.rules = {"a", "b"};
  heard.verdict = Verdict::Uncertain;
  const HeardOpinion again = heard_opinion_from_json(to_json(heard)).value();
  EXPECT_EQ(again.opinion, heard.opinion);
  EXPECT_EQ(again.rules, heard.rules);
  EXPECT_EQ(again.verdict, heard.verdict);
  for (const char* text : {"", "{}", R"({"verdict":"safe","rules":[],"opinion":"{"})",
                           R"({"verdict":"mild","rules":[],"opinion":"{}"})"}) {
    EXPECT_FALSE(heard_opinion_from_json(text)) << text;
  }
}

TEST(StoreLedger, RemembersWhatWasSpent) {
  const auto store = store::Store::open(":memory:").value();
  StoreLedger ledger(*store, "m");
  ASSERT_TRUE(ledger.append({.time = 1'000'030, .tokens = 500, .cost = model::Usd{70}}));
  ASSERT_TRUE(ledger.append({.time = 1'000'031, .tokens = -400, .cost = model::Usd{-50}}));
  const auto spent = StoreLedger(*store, "m").load(1'000'000).value();
  ASSERT_EQ(spent.size(), 1U);
  EXPECT_EQ(spent[0].tokens, 100);
  EXPECT_EQ(spent[0].cost.nanos, 20);
  EXPECT_TRUE(ledger.load(1'000'200).value().empty());
}

TEST(StoreCache, KeepsAnswers) {
  const auto store = store::Store::open(":memory:").value();
  ManualClock clock;
  StoreCache cache(*store, clock.reader());
  EXPECT_FALSE(cache.find("shape").value());
  ASSERT_TRUE(cache.keep("shape", "answer"));
  EXPECT_EQ(cache.find("shape").value(), "answer");
}

}  // namespace
}  // namespace trailwarden::watch
