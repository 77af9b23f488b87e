// Differential: project() against Boost.JSON, on made-up documents and on real logs.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "json/walker.h"
#include "oracle.h"
#include "padded.h"

namespace trailwarden::json {
namespace {

class Documents {
 public:
  explicit Documents(std::uint64_t seed) : random_(seed) {}

  std::string value(int depth) {
    const std::uint64_t what = random_() % (depth > 0 ? 10 : 6);
    if (what < 2) return string();
    if (what < 3) return pick({"0", "-1", "12345678901234567890", "1.5e-3", "-0.0E+2"});
    if (what < 6) return pick({"true", "false", "null", "7", "\"\""});
    return what < 8 ? list(depth, '[', ']') : list(depth, '{', '}');
  }

 private:
  std::string pick(std::initializer_list<const char*> of) {
    return of.begin()[random_() % of.size()];
  }
  std::string space() { return random_() % 4 == 0 ? pick({" ", "\n", "\t ", " \r\n"}) : ""; }
  std::string name() {
    return pick({R"("a")", R"("b")", R"("a.b")", R"("")", R"("\u0061")", R"("a\"b")", R"("b.")",
                 R"("requestParameters")", R"("requestParametert")", R"("\\")", R"("é")",
                 R"("a\u002Eb")", R"("eightlet")", R"("sixteen letters!")"});
  }
  std::string string() {
    return pick({R"("x")", R"("a \"quoted\" word")", R"("\\")", R"("{[,:]}")", R"("\ud83d\ude00")",
                 R"("é\n\/")", R"("a string that is longer than one vector of sixteen bytes")"});
  }
  std::string list(int depth, char open, char close) {
    std::string out(1, open);
    for (std::uint64_t i = random_() % 4; i > 0; --i) {
      out += space();
      if (open == '{') out += name() + space() + ":" + space();
      out += value(depth - 1) + space();
      if (i > 1) out += ",";
    }
    return out + close;
  }

  std::mt19937_64 random_;
};

TEST(ProjectOracle, RandomDocuments) {
  for (std::uint64_t seed = 1; seed <= 6000; ++seed) {
    const std::string text = std::string(" ") + Documents(seed).value(6) + "\n";
    const auto root = oracle::parse(text);
    ASSERT_TRUE(root) << text;
    std::vector<oracle::Path> paths = oracle::paths_of(*root, 40);
    ASSERT_EQ(oracle::compare(text, *root, paths), "") << "seed " << seed << ": " << text;
    std::shuffle(paths.begin(), paths.end(), std::mt19937_64(seed));
    paths.resize((paths.size() + 2) / 3);
    ASSERT_EQ(oracle::compare(text, *root, paths), "") << "seed " << seed << ": " << text;
  }
}

// However a document is cut, the walk says that it is incomplete and finds a prefix of its values.
TEST(ProjectOracle, EveryCutIsIncomplete) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const std::string text = std::string("{\"a\":") + Documents(seed).value(5) + "}";
    ProjectionBuilder builder;
    for (const char* path : {"", "a", "a.b", "b", "a.a.a"}) builder.add(path);
    const Projection projection = std::move(builder).build();
    StructuralIndex index;
    Projected found;
    for (std::size_t size = 0; size < text.size(); ++size) {
      const Padded padded(std::string_view(text).substr(0, size), '}');
      index.build(padded.text());
      found.clear(projection.field_count());
      const WalkResult walked = project(index, 0, projection, found);
      // A literal, number or escape that is cut looks malformed only if a token follows it.
      ASSERT_EQ(walked.status, WalkStatus::Incomplete) << padded.text() << walked.problem;
      ASSERT_EQ(skip(index, 0).status, WalkStatus::Incomplete) << padded.text();
    }
  }
}

TEST(ProjectOracle, RealLogs) {
  const std::filesystem::path data = std::filesystem::path(TW_SOURCE_DIR) / "../shared/data";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no " << data;
  std::size_t documents = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    if (entry.path().extension() != ".json" || entry.file_size() > 4'000'000) continue;
    std::ifstream file(entry.path());
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto root = oracle::parse(text);
    if (!root) continue;
    ++documents;
    ASSERT_EQ(oracle::compare(text, *root, oracle::paths_of(*root, 300)), "") << entry.path();
  }
  EXPECT_GT(documents, 20U);
}

}  // namespace
}  // namespace trailwarden::json
