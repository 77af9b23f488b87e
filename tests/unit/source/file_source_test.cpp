#include "source/file_source.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

namespace trailwarden::source {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

class FileSourceTest : public testing::Test {
 protected:
  FileSourceTest() {
    std::string name = (fs::temp_directory_path() / "file_source_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ / "events.jsonl";
  }
  ~FileSourceTest() override { fs::remove_all(folder_); }

  void append(std::string_view text) {
    std::ofstream(path_, std::ios::app | std::ios::binary) << text;
  }

  std::unique_ptr<FileSource> open(std::optional<FilePlace> place = {}) {
    FileSetup setup{.path = path_.string(), .place = place};
    setup.look_every = milliseconds{5};
    return FileSource::open(setup, [this](std::string_view line) { notes_.emplace_back(line); })
        .value();
  }

  // What comes within some time, acknowledged; empty: nothing did.
  std::string next(FileSource& source, milliseconds patience = milliseconds{2'000}) {
    std::stop_source stop;
    std::jthread clock([&](const std::stop_token& over) {
      const auto end = std::chrono::steady_clock::now() + patience;
      while (std::chrono::steady_clock::now() < end && !over.stop_requested()) {
        std::this_thread::sleep_for(milliseconds{5});
      }
      stop.request_stop();
    });
    const auto delivery = source.next(stop.get_token()).value();
    clock.request_stop();
    if (!delivery) return {};
    source.done(delivery->receipt);
    return delivery->bytes;
  }

  fs::path folder_, path_;
  std::vector<std::string> notes_;
};

constexpr milliseconds kBriefly{40};

TEST_F(FileSourceTest, HandsOutWholeLinesAsTheyCome) {
  append("{\"a\":1}\n{\"b\":2}\n{\"c\"");
  const auto source = open();
  EXPECT_EQ(next(*source), "{\"a\":1}\n{\"b\":2}\n");
  EXPECT_EQ(next(*source, kBriefly), "");
  append(":3}\n");
  EXPECT_EQ(next(*source), "{\"c\":3}\n");
}

TEST_F(FileSourceTest, WaitsForAFileThatIsNotThereYet) {
  const auto source = open();
  EXPECT_EQ(next(*source, kBriefly), "");
  EXPECT_FALSE(source->place());
  append("{}\n");
  EXPECT_EQ(next(*source), "{}\n");
}

TEST_F(FileSourceTest, FollowsAFileThatWasMovedAway) {
  append("1\n");
  const auto source = open();
  EXPECT_EQ(next(*source), "1\n");
  append("2\n");
  fs::rename(path_, folder_ / "events.jsonl.1");
  append("3\n");
  EXPECT_EQ(next(*source), "2\n");
  EXPECT_EQ(next(*source), "3\n");
}

TEST_F(FileSourceTest, ALineThatGetsNoEndIsHandedOutWhenItsFileIsGone) {
  append("1\n");
  const auto source = open();
  EXPECT_EQ(next(*source), "1\n");
  append("half");
  EXPECT_EQ(next(*source, kBriefly), "");
  fs::rename(path_, folder_ / "events.jsonl.1");
  append("2\n");
  EXPECT_EQ(next(*source), "half");
  EXPECT_EQ(next(*source), "2\n");
}

TEST_F(FileSourceTest, BeginsAgainWhereAFileWasCutOff) {
  append("first\n");
  const auto source = open();
  EXPECT_EQ(next(*source), "first\n");
  fs::resize_file(path_, 0);
  append("2\n");
  EXPECT_EQ(next(*source), "2\n");
  EXPECT_THAT(notes_, testing::ElementsAre(testing::HasSubstr("cut off")));
}

TEST_F(FileSourceTest, GoesOnWhereItStopped) {
  append("1\n2\n");
  const auto first = open();
  EXPECT_EQ(next(*first), "1\n2\n");
  append("3\n");
  const auto second = open(first->place());
  EXPECT_EQ(next(*second), "3\n");
}

TEST_F(FileSourceTest, WhatWasNotHandledComesAgainAtTheNextStart) {
  append("1\n");
  const auto first = open();
  const auto delivery = first->next({}).value();
  ASSERT_TRUE(delivery);
  append("2\n");
  EXPECT_EQ(next(*first), "2\n");
  const auto second = open(first->place());
  EXPECT_EQ(next(*second), "1\n2\n");
}

TEST_F(FileSourceTest, FindsAFileThatWasMovedWhileNobodyLooked) {
  append("1\n");
  const auto first = open();
  EXPECT_EQ(next(*first), "1\n");
  append("2\n");
  fs::rename(path_, folder_ / "events.jsonl.1");
  append("3\n");
  const auto second = open(first->place());
  EXPECT_EQ(next(*second), "2\n");
  EXPECT_EQ(next(*second), "3\n");
  EXPECT_THAT(notes_, testing::IsEmpty());
}

// Their last writes in the order of their numbers, seconds apart.
TEST_F(FileSourceTest, ReadsAllThatWereMovedWhileNobodyLooked) {
  append("before\n");
  auto source = open();
  EXPECT_EQ(next(*source), "before\n");
  const FilePlace place = source->place().value();
  source.reset();
  const auto now = fs::file_time_type::clock::now();
  const auto move_to = [&](const std::string& name, int seconds) {
    fs::last_write_time(path_, now + std::chrono::seconds{seconds});
    fs::rename(path_, folder_ / name);
  };
  append("last of the first\n");
  move_to("events.jsonl.9", 1);  // Names say nothing of the order.
  append("second\n");
  move_to("events.jsonl-2026", 2);
  append("no log of ours\n");
  move_to("events.json", 3);
  append("packed\n");
  move_to("events.jsonl.2.gz", 3);
  append("third, cut short");
  move_to("events.jsonl.1", 4);
  append("now\n");
  fs::last_write_time(path_, now + std::chrono::seconds{5});
  source = open(place);
  for (const char* expected : {"last of the first\n", "second\n", "third, cut short", "now\n"}) {
    EXPECT_EQ(next(*source), expected);
  }
  append("later\n");
  EXPECT_EQ(next(*source), "later\n");
  EXPECT_THAT(notes_, testing::Each(testing::HasSubstr("2.gz: was compressed before it was read")));
  EXPECT_FALSE(notes_.empty());
}

TEST_F(FileSourceTest, SaysWhenTheFileThatWasReadLastIsGone) {
  append("1\n");
  const auto first = open();
  EXPECT_EQ(next(*first), "1\n");
  const FilePlace place = *first->place();
  append("2\n");
  fs::rename(path_, fs::temp_directory_path() / (folder_.filename().string() + ".gone"));
  append("3\n");
  const auto second = open(place);
  EXPECT_EQ(next(*second), "3\n");
  EXPECT_THAT(notes_, testing::ElementsAre(testing::HasSubstr("is gone")));
  fs::remove(fs::temp_directory_path() / (folder_.filename().string() + ".gone"));
}

TEST_F(FileSourceTest, WhatFailsComesAgainAndIsLeftOutInTheEnd) {
  append("poison\n");
  const auto source = open();
  for (int i = 0; i < 3; ++i) {
    const auto delivery = source->next({}).value();
    ASSERT_TRUE(delivery);
    EXPECT_EQ(delivery->bytes, "poison\n");
    source->failed(delivery->receipt, "is poison");
  }
  EXPECT_THAT(notes_, testing::ElementsAre(testing::HasSubstr("left out: is poison")));
  append("1\n");
  EXPECT_EQ(next(*source), "1\n");
}

TEST_F(FileSourceTest, HandsOutNoMoreThanItMayHoldInMemory) {
  append("1\n");
  const auto source = open();
  std::vector<Receipt> receipts;
  for (int i = 0; i < 8; ++i) {
    receipts.push_back(source->next({}).value()->receipt);
    append("1\n");
  }
  EXPECT_EQ(next(*source, kBriefly), "");
  source->done(receipts.front());
  EXPECT_EQ(next(*source), "1\n");
}

TEST_F(FileSourceTest, AStreamEndsWithItsLastLine) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const auto source = FileSource::of_stream(ends[0], "stdin", [](std::string_view) {});
  ASSERT_EQ(::write(ends[1], "1\nhalf", 6), 6);
  EXPECT_EQ(next(*source), "1\n");
  ::close(ends[1]);
  EXPECT_EQ(next(*source), "half");
  EXPECT_FALSE(source->next({}).value());
  EXPECT_FALSE(source->place());
  ::close(ends[0]);
}

TEST_F(FileSourceTest, ValuesWithoutLinesAreHandedOutWhole) {
  const std::string value = R"({"text":"}\\\"{","list":[1,{"a":[]}]})";
  std::string many;
  while (many.size() < 12'000'000) many += value;
  append(many);
  const auto source = open();
  std::string all;
  while (all.size() < many.size() / 2) {
    const std::string piece = next(*source);
    ASSERT_FALSE(piece.empty());
    ASSERT_EQ(piece.size() % value.size(), 0U) << "a value was cut";
    all += piece;
  }
  EXPECT_EQ(all, many.substr(0, all.size()));
}

TEST_F(FileSourceTest, AStreamThatIsSilentLetsGoWhenAskedTo) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const auto source = FileSource::of_stream(ends[0], "stdin", [](std::string_view) {});
  EXPECT_EQ(next(*source, kBriefly), "");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(FileSourceTest, RefusesAFolder) {
  FileSetup setup{.path = folder_.string()};
  EXPECT_FALSE(FileSource::open(setup, [](std::string_view) {}));
}

TEST(FilePlace, IsReadAsItWasWritten) {
  const FilePlace place{.device = 2049, .inode = 1ULL << 40U, .offset = 4096};
  EXPECT_EQ(to_json(place), R"({"schema":1,"device":2049,"inode":1099511627776,"offset":4096})");
  EXPECT_EQ(parse_file_place(to_json(place)).value(), place);
  for (const char* text : {"", "{}", "[1]", R"({"schema":2,"device":1,"inode":1,"offset":1})",
                           R"({"schema":1,"device":-1,"inode":1,"offset":1})"}) {
    EXPECT_FALSE(parse_file_place(text)) << text;
  }
}

}  // namespace
}  // namespace trailwarden::source
