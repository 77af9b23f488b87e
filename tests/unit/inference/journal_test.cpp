#include "inference/journal.h"

#include <filesystem>

#include "../folder.h"

namespace trailwarden::inference {
namespace {

class JournalTest : public testing::Test {
 protected:
  std::string bytes() const { return folder_.read("run.journal"); }
  void write(std::string_view text) const { folder_.write("run.journal", text); }
  std::string complaint(std::string_view terms = "t") const {
    const auto journal = Journal::open(path, terms);
    return journal ? "" : to_string(journal.error());
  }

  const Folder folder_;
  std::string path = folder_.file("run.journal");
};

TEST_F(JournalTest, GoesOnWhereItWas) {
  {
    const auto journal = Journal::open(path, "model m");
    ASSERT_TRUE(journal) << to_string(journal.error());
    EXPECT_TRUE((*journal)->put("answer/1", "line one\nand \"two\" \xe2\x80\xa6"));
    EXPECT_TRUE((*journal)->put("job", "a"));
    EXPECT_TRUE((*journal)->put("job", "b"));
  }
  const auto journal = Journal::open(path, "model m");
  ASSERT_TRUE(journal) << to_string(journal.error());
  EXPECT_EQ((*journal)->size(), 2);
  EXPECT_EQ((*journal)->find("answer/1"), "line one\nand \"two\" \xe2\x80\xa6");
  EXPECT_EQ((*journal)->find("job"), "b");
  EXPECT_EQ((*journal)->find("answer/2"), std::nullopt);
}

TEST_F(JournalTest, IsReadableByItsOwnerOnly) {
  ASSERT_TRUE(Journal::open(path, "t"));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

// Whatever a kill leaves of the last line, what was whole before it stays, and what comes after is
// found by the next run.
TEST_F(JournalTest, SurvivesBeingCutAnywhere) {
  {
    const auto journal = Journal::open(path, "t");
    ASSERT_TRUE((*journal)->put("a", "1"));
    ASSERT_TRUE((*journal)->put("b", "2"));
  }
  const std::string whole = bytes();
  const std::size_t first_end = whole.find('\n') + 1;
  const std::size_t second_end = whole.find('\n', first_end) + 1;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    write(std::string_view(whole).substr(0, size));
    {
      const auto journal = Journal::open(path, "t");
      ASSERT_TRUE(journal) << size << ": " << to_string(journal.error());
      EXPECT_EQ((*journal)->find("a").has_value(), size >= second_end) << size;
      EXPECT_EQ((*journal)->find("b").has_value(), size == whole.size()) << size;
      ASSERT_TRUE((*journal)->put("c", "3"));
    }
    const auto again = Journal::open(path, "t");
    ASSERT_TRUE(again) << size << ": " << to_string(again.error());
    EXPECT_EQ((*again)->find("c"), "3") << size;
  }
}

TEST_F(JournalTest, RefusesWhatIsNotItsOwn) {
  ASSERT_TRUE(Journal::open(path, "model m"));
  EXPECT_THAT(complaint("model n"), testing::HasSubstr("belongs to a digest of other events"));
  for (const char* text :
       {"hello\n", "{}\n", "[1]\n", "{\"terms\":1}\n", "{\"key\":\"a\",\"value\":\"b\"}\n",
        "half a line that is no journal's", "{\"terms\":\"t\"}\n{\"key\":\"a\"}\n",
        "{\"terms\":\"t\"}\n{\"terms\":\"t\"}\n"}) {
    write(text);
    EXPECT_THAT(complaint(), testing::HasSubstr("is no journal")) << text;
    EXPECT_EQ(bytes(), text) << "what is not ours stays as it is";
  }
}

TEST_F(JournalTest, OneRunAtATime) {
  const auto journal = Journal::open(path, "t");
  ASSERT_TRUE(journal);
  EXPECT_THAT(complaint(), testing::HasSubstr("another run"));
}

TEST_F(JournalTest, SaysWhyAFileCannotBeUsed) {
  path += "/there/is/no/folder";
  EXPECT_THAT(complaint(), testing::HasSubstr("cannot be opened: No such file or directory"));
  path = folder_.path();
  EXPECT_THAT(complaint(), testing::HasSubstr("Is a directory"));
}

}  // namespace
}  // namespace trailwarden::inference
