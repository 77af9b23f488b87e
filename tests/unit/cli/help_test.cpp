#include "cli/help.h"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/options.h"
#include "report/terminal.h"

namespace trailwarden::cli {
namespace {

using testing::HasSubstr;

std::vector<std::string> names() {
  std::vector<std::string> all = {"", "rules"};
  for (const Command& command : commands()) all.emplace_back(command.name);
  return all;
}

TEST(Help, FitsEightyColumns) {
  for (const std::string& name : names()) {
    std::istringstream text(render_help(name));
    for (std::string line; std::getline(text, line);) EXPECT_LE(report::columns(line), 80U) << line;
  }
}

TEST(Help, NamesEveryCommandAndOption) {
  for (const Command& command : commands()) {
    EXPECT_THAT(render_help(""), HasSubstr("\n  " + std::string(command.name) + " "));
    for (const Option& option : command.options) {
      EXPECT_THAT(render_help(command.name), HasSubstr("\n  --" + std::string(option.name)));
    }
  }
  EXPECT_THAT(render_help("rules"), HasSubstr("\n  rules check "));
}

// A heading that comes twice would tear its options apart.
TEST(Help, OptionsOfAGroupStandTogether) {
  for (const Command& command : commands()) {
    const std::string help = render_help(command.name);
    for (const Option& option : command.options) {
      const std::string heading = "\n" + std::string(option.group) + ":\n";
      EXPECT_EQ(help.find(heading), help.rfind(heading)) << command.name << heading;
    }
  }
}

}  // namespace
}  // namespace trailwarden::cli
