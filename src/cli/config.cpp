#include "cli/config.h"

#include <fstream>
#include <sstream>

#include "cli/options.h"
#include "sigma/yaml.h"

namespace trailwarden::cli {
namespace {

bool is_an_option(std::string_view name) {
  for (const Command& command : commands()) {
    for (const Option& option : command.options) {
      if (option.kept_name() == name) return true;
    }
  }
  return false;
}

tl::unexpected<Error> refuse(const std::string& path, sigma::Position at, std::string why) {
  return fail(ErrorCode::Usage, std::move(why),
              path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column));
}

Result<std::vector<std::string>> values_of(const std::string& path, const sigma::Node& node) {
  if (node.is_scalar()) return std::vector{node.text};
  std::vector<std::string> values;
  for (const sigma::Node& item : node.items) {
    if (!node.is_sequence() || !item.is_scalar()) {
      return refuse(path, node.at, "'" + node.key + "' takes a value or a list of values");
    }
    values.push_back(item.text);
  }
  return values;
}

}  // namespace

Result<Config> read_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Config{};
  std::stringstream text;
  text << file.rdbuf();
  const sigma::YamlStream yaml = sigma::read_yaml(text.str());
  if (!yaml.problems.empty()) {
    return refuse(path, yaml.problems.front().at, yaml.problems.front().message);
  }
  Config config;
  for (const sigma::YamlDocument& read : yaml.documents) {
    const sigma::Node& document = read.root;
    if (!document.is_mapping())
      return refuse(path, document.at, "is a map of option names to values");
    for (const sigma::Node& member : document.items) {
      if (!is_an_option(member.key)) {
        return refuse(path, member.key_at, "'" + member.key + "' is no option of any command");
      }
      config[member.key] = TW_TRY(values_of(path, member));
    }
  }
  return config;
}

}  // namespace trailwarden::cli
