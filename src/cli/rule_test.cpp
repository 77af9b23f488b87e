#include "cli/rule_test.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <optional>

#include "cli/commands.h"
#include "cli/content.h"
#include "cli/messages.h"
#include "cli/output.h"
#include "cloudtrail/reader.h"
#include "engine/engine.h"

namespace trailwarden::cli {
namespace {

struct Example {
  std::string what;  // "fires[0]", or why a near miss must not fire.
  bool must_fire;
  std::string record;
};

std::string events_path(const std::string& rule_path) {
  return std::filesystem::path(rule_path).replace_extension(".events.json");
}

Result<std::vector<Example>> read_examples(const std::string& path) {
  const std::string text = TW_TRY(read_file(path));
  try {
    std::vector<Example> examples;
    const boost::json::value file = boost::json::parse(text);
    std::size_t number = 0;
    for (const auto& event : file.at("fires").as_array()) {
      examples.push_back(
          {"fires[" + std::to_string(number++) + "]", true, boost::json::serialize(event)});
    }
    for (const auto& miss : file.at("near_misses").as_array()) {
      examples.push_back({std::string(miss.at("why").as_string()), false,
                          boost::json::serialize(miss.at("event"))});
    }
    return examples;
  } catch (const std::exception&) {
    return fail(ErrorCode::Syntax,
                "is not {\"fires\":[record, …],\"near_misses\":[{\"why\":…,\"event\":record}, …]}",
                path);
  }
}

// Whether a rule of `engine` holds for the record; nullopt: the text is no record.
class RuleRun final : public cloudtrail::RecordVisitor {
 public:
  explicit RuleRun(const engine::Engine& engine) : judge_(engine), engine_(engine) {}

  std::optional<bool> fires(std::string_view record) {
    fired_.reset();
    cloudtrail::ReadProgress progress;
    cloudtrail::Reader reader(engine_.matcher().projection(), engine_.shape(), progress);
    reader.read_bytes(record, "example", *this, {});
    return fired_;
  }

  void on_record(const cloudtrail::RawRecord& record) override {
    fired_ = !judge_.judge(record).matched.empty();
  }
  void on_problem(const cloudtrail::Problem&) override {}

 private:
  engine::Judge judge_;
  const engine::Engine& engine_;
  std::optional<bool> fired_;
};

struct Score {
  std::size_t rules = 0;
  std::size_t events = 0;
  std::size_t wrong = 0;
};

void wrong(Score& score, const std::string& path, const std::string& message) {
  ++score.wrong;
  complain(path + ": " + message, kFailed);
}

void test_rule(const engine::RuleText& rule, Score& score) {
  ++score.rules;
  const auto engine = engine::Engine::compile({.rules = {rule}, .suppressions = {}, .pattern = {}});
  if (!engine || engine->rules().rules.empty()) {
    if (engine) print_remarks(engine->rules());
    return wrong(score, rule.origin, "the rule does not load");
  }
  const auto examples = read_examples(events_path(rule.origin));
  if (!examples) return wrong(score, rule.origin, to_string(examples.error()));
  RuleRun run(*engine);
  for (const Example& example : *examples) {
    ++score.events;
    const std::optional<bool> fired = run.fires(example.record);
    if (!fired) {
      wrong(score, rule.origin, example.what + ": is no CloudTrail record");
    } else if (*fired != example.must_fire) {
      wrong(score, rule.origin,
            example.what + (*fired ? ": fires, but must not" : ": does not fire"));
    }
  }
}

}  // namespace

int test_rules(const std::vector<std::string>& paths) {
  Score score;
  for (const std::string& path : paths) {
    const auto texts = read_rules(path);
    if (!texts) return complain(texts.error(), kFailed);
    for (const engine::RuleText& text : *texts) test_rule(text, score);
  }
  write_out(std::to_string(score.rules) + " rules, " + std::to_string(score.events) + " events, " +
            std::to_string(score.wrong) + " wrong\n");
  return score.wrong == 0 ? kDone : kFailed;
}

}  // namespace trailwarden::cli
