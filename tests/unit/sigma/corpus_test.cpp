// Rules by other people: SigmaHQ's for CloudTrail (beside the checkout, not part of it).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sigma/rule.h"

namespace trailwarden::sigma {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> rule_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".yml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SigmaHqRules, AllLoadAndTheirSlipsAreTold) {
  const fs::path folder = fs::path(TW_SOURCE_DIR) / "../shared/data/sigma";
  if (!fs::exists(folder)) GTEST_SKIP() << "no ../shared/data/sigma beside the checkout";
  match::MatcherBuilder builder;
  RuleSet set;
  const std::vector<fs::path> files = rule_files(folder);
  for (const fs::path& file : files) {
    load(read(file), file.filename().string(), builder, set);
  }
  EXPECT_EQ(set.rules.size(), files.size());
  EXPECT_TRUE(set.left_out.empty());
  std::string remarks;
  for (const Remark& remark : set.remarks) {
    EXPECT_EQ(remark.severity, Remark::Severity::Warning) << remark.where << remark.message;
    remarks += remark.where + ": " + remark.message + "\n";
  }
  EXPECT_EQ(remarks,
            "aws_delete_saml_provider.yml:26:9: CloudTrail records have no field 'status'\n");
  for (const Rule& rule : set.rules) {
    EXPECT_EQ(rule.id.size(), 36u) << rule.origin;
    EXPECT_FALSE(rule.tactics.empty()) << rule.origin;
  }
  EXPECT_EQ(std::move(builder).build().rule_count(), files.size());
}

}  // namespace
}  // namespace trailwarden::sigma
