#include "inference/job_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace trailwarden::inference {
namespace {

class JobJournalTest : public testing::Test {
 protected:
  JobJournalTest() : folder_(testing::TempDir() + "job_journal_test") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    reopen();
  }
  ~JobJournalTest() override { std::filesystem::remove_all(folder_); }

  void reopen() {
    journal_.reset();
    auto journal = Journal::open(folder_ + "/journal", "terms");
    ASSERT_TRUE(journal);
    journal_ = std::move(journal).take();
  }
  JobJournal jobs() { return JobJournal(*journal_); }

  const std::string folder_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JobJournalTest, ARunKeepsItsName) {
  const auto name = jobs().run_name();
  ASSERT_TRUE(name);
  EXPECT_THAT(*name, testing::MatchesRegex("[0-9]{8}t[0-9]{6}z-[0-9a-f]{8}"));
  reopen();
  EXPECT_EQ(*jobs().run_name(), *name);
}

TEST_F(JobJournalTest, JobsComeBackAsTheyWereLast) {
  EXPECT_TRUE(jobs().jobs()->empty());
  JobEntry first{.number = 0, .order = R"({"a":"b"})", .tasks = {"one", "two"}};
  ASSERT_TRUE(jobs().add(first));
  ASSERT_TRUE(jobs().add({.state = JobEntry::State::Failed, .number = 1, .order = "{}"}));
  first.state = JobEntry::State::Created;
  first.id = "arn:x";
  ASSERT_TRUE(jobs().update(first));
  reopen();
  const auto all = jobs().jobs();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).state, JobEntry::State::Created);
  EXPECT_EQ(all->at(0).id, "arn:x");
  EXPECT_EQ(all->at(0).order, R"({"a":"b"})");
  EXPECT_EQ(all->at(0).tasks, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(all->at(1).state, JobEntry::State::Failed);
  EXPECT_EQ(all->at(1).number, 1U);
  EXPECT_TRUE(all->at(1).tasks.empty());
}

TEST_F(JobJournalTest, WhatIsNoJobIsAnError) {
  for (const char* text : {"", "[]", R"({"state":"ready"})", R"({"state":"lost","order":{}})"}) {
    ASSERT_TRUE(journal_->put("batch/0", text));
    EXPECT_FALSE(jobs().jobs()) << text;
  }
}

}  // namespace
}  // namespace trailwarden::inference
