#include "source/dead_letters.h"

#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace trailwarden::source {
namespace {

class DeadLettersFile : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  std::string text() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const std::string path_ = testing::TempDir() + "dead_letters_test.jsonl";
  const DeadLetter letter_{"https://q", "id", 5, "no \"JSON\" text", "line\none \xFF"};
};

TEST_F(DeadLettersFile, IsALineForEachLetterForItsOwnerOnly) {
  const auto letters = DeadLetters::open(path_, std::nullopt).value();
  EXPECT_TRUE(letters.is_set());
  ASSERT_TRUE(letters.put(letter_, 0, {}));
  ASSERT_TRUE(DeadLetters::open(path_, std::nullopt).value().put(letter_, 1, {}));
  const std::string both = text();
  const std::size_t end = both.find('\n');
  ASSERT_NE(end, std::string::npos);
  EXPECT_EQ(both.substr(0, end),
            R"({"time":"1970-01-01T00:00:00Z","queue":"https://q","message_id":"id",)"
            R"("receive_count":5,"reason":"no \"JSON\" text","body":"line\none )"
            "\xEF\xBF\xBD\"}");
  EXPECT_EQ(std::count(both.begin(), both.end(), '\n'), 2);
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(DeadLettersFile, ThatCannotBeWrittenIsAnError) {
  EXPECT_FALSE(DeadLetters::open("/nonexistent/letters", std::nullopt));
  const auto full = DeadLetters::open("/dev/full", std::nullopt);
  ASSERT_TRUE(full);
  const auto put = full->put(letter_, 0, {});
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().where, "/dev/full");
}

TEST(DeadLetters, MayBeNone) { EXPECT_FALSE(DeadLetters::open("", std::nullopt).value().is_set()); }

}  // namespace
}  // namespace trailwarden::source
