#include "analyst/model_analyst.h"

#include <deque>

#include "analyst/consult.h"
#include "made_up_case.h"

namespace trailwarden::analyst {
namespace {

using triage::Verdict;

constexpr const char* kSafe =
    R"({"verdict":"safe","explanation":"mallory.q made a key for admin.one. It is his job.",
        "reasons":[{"text":"A key.","events":["e1","e1","mallory.q-3"]}],"next_steps":["Ask admin.one."]})";

// Answers with prepared texts, the last again and again, and keeps the questions.
class Parrot final : public model::Provider {
 public:
  explicit Parrot(std::deque<std::string> answers) : answers_(std::move(answers)) {}
  model::Outcome<model::Reply> ask(const model::Request& request, std::chrono::milliseconds,
                                   const std::stop_token&) override {
    const std::lock_guard lock(mutex_);
    asked.push_back(request);
    if (answers_.front() == "fail") {
      return tl::unexpected(model::Failure{.service = "Test", .message = "no"});
    }
    model::Reply reply;
    reply.structured = answers_.front();
    reply.usage = model::Usage{1000, 100, 0, 0};
    if (answers_.size() > 1) answers_.pop_front();
    return reply;
  }
  const std::string& service() const override { return name_; }
  const std::string& model() const override { return name_; }
  std::vector<model::Request> asked;

 private:
  std::mutex mutex_;
  std::deque<std::string> answers_;
  std::string name_ = "parrot";
};

struct World {
  explicit World(std::deque<std::string> answers, Redaction redaction = Redaction::Off) {
    auto made = std::make_unique<Parrot>(std::move(answers));
    parrot = made.get();
    guard.emplace(std::move(made),
                  model::GuardOptions{.price = model::Price{.input = 1, .output = 5}});
    analyst.emplace(ModelAnalystSetup{.guard = *guard,
                                      .prompt = builtin_prompt(),
                                      .cache = &cache,
                                      .injection_rules = {"speaks"},
                                      .redaction = redaction,
                                      .key = 7});
  }
  Opinion ask(const triage::Case& found) {
    auto opinion = analyst->ask(found, {});
    EXPECT_TRUE(opinion);
    return std::move(opinion).value_or(Opinion{});
  }
  Parrot* parrot = nullptr;
  MemoryCache cache;
  std::optional<model::Guard> guard;
  std::optional<ModelAnalyst> analyst;
};

TEST(ModelAnalyst, AsksWithFencedEvidenceAndChecksTheAnswer) {
  World world({kSafe});
  const triage::Case found = a_doubtful_case();
  const Opinion opinion = world.ask(found);
  const model::Request& asked = world.parrot->asked.at(0);
  EXPECT_EQ(asked.system, builtin_prompt().text);
  ASSERT_EQ(asked.turns.size(), 1U);
  const std::string& text = asked.turns[0].text;
  const std::string marker = text.substr(text.find("EVIDENCE-"), 25);
  EXPECT_TRUE(text.ends_with("\n" + marker));
  EXPECT_NE(text.find("\n" + marker + "\n{\"identity\""), std::string::npos);
  EXPECT_EQ(opinion.verdict, Verdict::Safe);
  EXPECT_EQ(opinion.reading, Reading::Structured);
  EXPECT_EQ(opinion.explanation, "mallory.q made a key for admin.one. It is his job.");
  ASSERT_EQ(opinion.reasons.size(), 1U);
  EXPECT_THAT(opinion.reasons[0].event_ids, testing::ElementsAre("mallory.q-1", "mallory.q-3"));
  EXPECT_EQ(opinion.unknown_citations, 0U);
  EXPECT_EQ(opinion.cost, model::dollars(0.0015));
  EXPECT_EQ(opinion.prompt_hash, builtin_prompt().hash);
  EXPECT_EQ(world.analyst->settle(found, opinion), Verdict::Safe);
}

TEST(ModelAnalyst, ThePromptIsAboutTheAnswersForm) {
  const std::string text = builtin_prompt().text;
  for (const char* word :
       {"verdict", "explanation", "reasons", "next_steps", "Type: I am not sure"}) {
    EXPECT_NE(text.find(word), std::string::npos) << word;
  }
  EXPECT_FALSE(make_prompt(" \n"));
  EXPECT_FALSE(make_prompt("\xff"));
  EXPECT_FALSE(make_prompt(std::string(70'000, 'x')));
  EXPECT_NE(make_prompt("mine")->hash, builtin_prompt().hash);
}

TEST(ModelAnalyst, CitationsThatDoNotExistAreCountedAndDoNotLower) {
  World world({R"({"verdict":"safe","explanation":"x","reasons":[{"text":"r",
                   "events":["e9","e0","","e99999999","somebody-1","e2"]}]})"});
  const triage::Case found = a_doubtful_case();
  const Opinion opinion = world.ask(found);
  EXPECT_EQ(opinion.unknown_citations, 5U);
  EXPECT_THAT(opinion.reasons.at(0).event_ids, testing::ElementsAre("mallory.q-2"));
  EXPECT_EQ(world.analyst->settle(found, opinion), Verdict::Uncertain);
}

TEST(ModelAnalyst, UnderInjectionNothingIsLowered) {
  World world({kSafe});
  triage::Case found = a_doubtful_case();
  found.findings.push_back(a_finding("speaks", "Text that speaks", "", "mallory.q-2"));
  EXPECT_EQ(world.analyst->settle(found, world.ask(found)), Verdict::Uncertain);
  found.verdict = Verdict::Dangerous;
  EXPECT_EQ(world.analyst->settle(found, world.ask(found)), Verdict::Dangerous);
}

TEST(ModelAnalyst, WhatCannotBeReadIsUncertain) {
  World world({"{}"});
  const Opinion opinion = world.ask(a_doubtful_case());
  EXPECT_EQ(opinion.verdict, Verdict::Uncertain);
  EXPECT_EQ(opinion.reading, Reading::Unread);
  EXPECT_EQ(opinion.unread_because, "the answer has no verdict");
  (void)world.ask(a_doubtful_case());
  EXPECT_EQ(world.parrot->asked.size(), 2U) << "and is asked for again";
}

TEST(ModelAnalyst, FailuresAreOneLine) {
  World world({"fail"});
  const auto opinion = world.analyst->ask(a_doubtful_case(), {});
  ASSERT_FALSE(opinion);
  EXPECT_EQ(to_string(opinion.error()), "Test: no");
}

TEST(ModelAnalyst, AWarningIsUsedAgainForWhoeverDoesTheSame) {
  World world(
      {R"({"verdict":"dangerous","explanation":"mallory.q from 203.0.113.9 reads secrets. Bad.",
                   "reasons":[{"text":"read","events":["e3"]}],"next_steps":["Ask mallory.q."]})"});
  (void)world.ask(a_doubtful_case());
  const triage::Case trudy = a_doubtful_case("trudy.w", "198.51.100.77");
  const Opinion again = world.ask(trudy);
  EXPECT_EQ(world.parrot->asked.size(), 1U);
  EXPECT_TRUE(again.reused);
  EXPECT_EQ(again.explanation, "trudy.w from 198.51.100.77 reads secrets. Bad.");
  EXPECT_THAT(again.reasons.at(0).event_ids, testing::ElementsAre("trudy.w-3"));
  EXPECT_THAT(again.next_steps, testing::ElementsAre("Ask trudy.w."));
  EXPECT_EQ(again.usage, model::Usage{});
  EXPECT_FALSE(again.cost);
  EXPECT_EQ(world.analyst->settle(trudy, again), Verdict::Dangerous);
}

TEST(ModelAnalyst, WhatLetsPassIsUsedAgainForTheSameUserOnly) {
  World world({kSafe});
  (void)world.ask(a_doubtful_case());
  EXPECT_FALSE(world.ask(a_doubtful_case("trudy.w")).reused);
  EXPECT_EQ(world.parrot->asked.size(), 2U);
  EXPECT_TRUE(world.ask(a_doubtful_case()).reused);
}

TEST(ModelAnalyst, AnAnswerThatTellsATimeIsNotKept) {
  World world({R"({"verdict":"dangerous","explanation":"At 02:11 UTC a key was made. Bad."})"});
  (void)world.ask(a_doubtful_case());
  EXPECT_FALSE(world.ask(a_doubtful_case()).reused);
}

TEST(ModelAnalyst, NamesAreHiddenOnTheWayOutAndShownInTheOpinion) {
  World world({kSafe}, Redaction::On);
  const triage::Case found = a_doubtful_case();
  Names names(found, 7);
  const std::string hidden = names.hide_name("admin.one");
  World redacting({R"({"verdict":"uncertain","explanation":")" + hidden + R"( has a key. Ask."})"},
                  Redaction::On);
  EXPECT_EQ(redacting.ask(found).explanation, "admin.one has a key. Ask.");
  const std::string& sent = redacting.parrot->asked.at(0).turns[0].text;
  for (const char* original : {"admin.one", "mallory", "111122223333", "203.0.113.9", "AKIAIOS"}) {
    EXPECT_EQ(sent.find(original), std::string::npos) << original;
  }
}

TEST(Consult, AsksEachShapeOnceWhateverTheThreads) {
  std::vector<triage::Case> cases;
  for (int i = 0; i < 12; ++i) {
    cases.push_back(a_doubtful_case("user" + std::to_string(i)));
    cases.back().id = "c-" + std::to_string(i);
    if (i % 2 == 0) cases.back().actions[0].name = "CreateUser";
  }
  for (const unsigned threads : {1U, 4U}) {
    World world({R"({"verdict":"dangerous","explanation":"Bad. Very."})"});
    int told = 0;
    const Consultation all = consult(*world.analyst, cases, threads, {}, [&] { ++told; });
    EXPECT_EQ(all.size(), 12U);
    EXPECT_EQ(told, 12);
    EXPECT_EQ(world.parrot->asked.size(), 2U);
    EXPECT_EQ(world.analyst->reused(), 10U);
    for (const auto& [id, with] : all) EXPECT_EQ(with.verdict, Verdict::Dangerous) << id;
  }
}

TEST(Consult, FailuresLeaveTheLocalVerdict) {
  World world({"fail"});
  const std::vector<triage::Case> cases{a_doubtful_case()};
  const Consultation all = consult(*world.analyst, cases, 2, {});
  EXPECT_EQ(all.begin()->second.verdict, Verdict::Uncertain);
  EXPECT_EQ(all.begin()->second.failure, "Test: no");
}

}  // namespace
}  // namespace trailwarden::analyst
