#include "fixture.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <utility>

#include "../match/record.h"
#include "rulepack/rulepack.h"

namespace trailwarden::rulepack::testing {
namespace {

namespace bj = boost::json;

Pack compile() {
  match::MatcherBuilder builder;
  sigma::RuleSet set;
  const auto instructions = injection::InstructionFields::add_to(builder.fields());
  load(builder, set);
  return {std::move(set), instructions, std::move(builder).build()};
}

bj::value parse_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  bj::error_code error;
  bj::value value = bj::parse(text.str(), error);
  EXPECT_TRUE(file && !error) << path << ": " << error.message();
  return value;
}

}  // namespace

const Pack& pack() {
  static const Pack pack = compile();
  return pack;
}

std::set<std::string> rules_for(std::string_view event) {
  match::Record record(event, pack().matcher.projection());
  EXPECT_TRUE(record.ok()) << event;
  pack().instructions.fill(record.index(), 0, record.text(), record.fields());
  std::set<std::string> titles;
  for (const match::RuleId id : rules_of(pack().matcher, record))
    titles.insert(pack().set.rules[index_of(id)].title);
  return titles;
}

Examples examples_of(std::string_view rule_name) {
  const std::string stem(rule_name.substr(0, rule_name.size() - std::string_view(".yml").size()));
  const bj::value file = parse_file(TW_SOURCE_DIR "/rules/" + stem + ".events.json");
  Examples examples;
  if (!file.is_object()) return examples;
  for (const bj::value& event : file.at("fires").as_array()) {
    examples.fires.push_back(bj::serialize(event));
  }
  for (const bj::value& miss : file.at("near_misses").as_array()) {
    examples.near_misses.push_back(
        {std::string(miss.at("why").as_string()), bj::serialize(miss.at("event"))});
  }
  return examples;
}

std::string with_member(std::string_view event, std::string_view name, std::string_view text) {
  bj::object record = bj::parse(event).as_object();
  record[name] = text;
  return bj::serialize(record);
}

}  // namespace trailwarden::rulepack::testing
