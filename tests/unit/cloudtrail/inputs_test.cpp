// Files, folders and what is in them.
#include "cloudtrail/inputs.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "../folder.h"
#include "reading.h"

namespace trailwarden::cloudtrail {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

Plan planned(const std::string& input) {
  const std::vector<std::string> inputs = {input};
  Result<Plan> result = plan(inputs);
  EXPECT_TRUE(result.has_value());
  return result ? std::move(result).take() : Plan{};
}

TEST(Inputs, AFolderIsReadInTheOrderOfItsNames) {
  const Folder folder;
  folder.write("AWSLogs/1/CloudTrail/r/2024/08/02/b.json.gz", gzip(record("B")));
  folder.write("AWSLogs/1/CloudTrail/r/2024/08/01/a.dat", gzip(record("A")));
  folder.write("notes.txt", "not a log");
  folder.write("logo.png", std::string("\x89PNG\r\n\x1a\n\0\0", 10));
  folder.write("table.csv.gz", gzip("a,b\n1,2\n"));
  folder.write("empty.json", "");
  folder.write(".hidden.json", record("Hidden"));
  folder.write(".git/object.json", record("Hidden"));
  Reading reading;
  const Kept kept = reading.slices(planned(folder.path()).slices);
  EXPECT_EQ(kept.names, (Names{"A", "B"})) << kept.told();
  EXPECT_EQ(kept.of(ProblemKind::NotALog), 3U) << kept.told();
  EXPECT_EQ(kept.problems.size(), 3U) << kept.told();
}

TEST(Inputs, ANamedFileThatIsNoLogIsAProblem) {
  const Folder folder;
  Reading reading;
  const Kept kept = reading.slices(planned(folder.write(".notes.txt", "not a log")).slices);
  ASSERT_EQ(kept.of(ProblemKind::NotJson), 1U) << kept.told();
  EXPECT_EQ(kept.skipped(), 0U);
  EXPECT_EQ(kept.problems[0].path, folder.path() + "/.notes.txt");
}

TEST(Inputs, LinksInACircleEnd) {
  const Folder folder;
  folder.write("a/a.json", record("A"));
  fs::create_directory_symlink(folder.path(), folder.path() + "/a/up");
  fs::create_directory_symlink(folder.path() + "/a", folder.path() + "/again");
  fs::create_symlink("nowhere", folder.path() + "/dangling");
  const Plan plan = planned(folder.path());
  EXPECT_EQ(plan.slices.size(), 1U);
  ASSERT_EQ(plan.problems.size(), 1U);
  EXPECT_EQ(plan.problems[0].kind, ProblemKind::Unreadable);
}

TEST(Inputs, PipesInAFolderAreLeftAlone) {
  const Folder folder;
  ASSERT_EQ(::mkfifo((folder.path() + "/pipe").c_str(), 0600), 0);
  EXPECT_TRUE(planned(folder.path()).slices.empty());
}

TEST(Inputs, WhatDoesNotExistIsAnError) {
  const std::vector<std::string> inputs = {"/nowhere/log.json"};
  const Result<Plan> result = plan(inputs);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(to_string(result.error()),
            "/nowhere/log.json: cannot read the input: No such file or directory");
}

// What lies beside logs in a folder is no damage; what was named and is no log is.
TEST(Inputs, OneObjectThatIsNoRecordIsNoLog) {
  const Folder folder;
  const std::string labels = "{\n \"events\": [{\"eventName\": \"A\"}]\n}\n";
  const std::string named = folder.write("labels.json", labels);
  folder.write("labels.json.gz", gzip(labels));
  folder.write("log.json", labels + record("A"));
  folder.write("two.json", labels + labels);
  Reading reading;
  const Kept found = reading.slices(planned(folder.path()).slices);
  EXPECT_EQ(found.names, (std::vector<std::string>{"A"}));
  EXPECT_EQ(found.of(ProblemKind::NotALog), 2U) << found.told();
  EXPECT_EQ(found.skipped(), 3U) << found.told();
  EXPECT_EQ(found.problems.front().cause, "no CloudTrail log");
  const Kept one = reading.slices(planned(named).slices);
  EXPECT_EQ(one.of(ProblemKind::NotARecord), 1U) << one.told();
  EXPECT_EQ(one.problems.size(), 1U) << one.told();
}

TEST(Inputs, OnlyLargeFilesOfLinesAreSliced) {
  const Folder folder;
  std::string lines;
  while (lines.size() < 10'000) lines += record("A") + "\n";
  const std::vector<std::string> inputs = {
      folder.write("lines.json", lines),
      folder.write("array.json", "[" + record("A") + "]\n" + std::string(10'000, ' ')),
      folder.write("lines.json.gz", gzip(lines) + std::string(10'000, '\0'))};
  const Result<Plan> result = plan(inputs, 1000);
  ASSERT_TRUE(result.has_value());
  ASSERT_EQ(result->slices.size(), lines.size() / 1000 + 2);
  std::uint64_t bytes = 0;
  for (const Slice& slice : result->slices) {
    if (slice.path == inputs[0]) bytes += slice.bytes;
  }
  EXPECT_EQ(bytes, lines.size());
}

TEST(Inputs, StopRequestsEndReading) {
  const Folder folder;
  std::string lines;
  while (lines.size() < 4 * kWindowBytes) lines += record("A") + "\n";
  const std::string path = folder.write("lines.json", lines);
  json::ProjectionBuilder builder;
  const RecordShape shape = RecordShape::add_to(builder);
  ReadProgress progress;
  Reader reader(std::move(builder).build(), shape, progress);
  struct Stopper final : RecordVisitor {
    std::stop_source source;
    std::size_t records = 0;
    void on_record(const RawRecord&) override {
      ++records;
      source.request_stop();
    }
    void on_problem(const Problem&) override { ADD_FAILURE() << "stopping is no problem"; }
  } stopper;
  reader.read({.path = path}, stopper, stopper.source.get_token());
  EXPECT_GT(stopper.records, 0U);
  EXPECT_LT(stopper.records, lines.size() / record("A").size() / 2);
}

}  // namespace
}  // namespace trailwarden::cloudtrail
