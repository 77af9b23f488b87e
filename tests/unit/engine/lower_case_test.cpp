// Built-in rules and patterns on records as Athena exports them.
#include <gtest/gtest.h>

#include <string>

#include "engine/engine.h"
#include "rulepack/rulepack.h"

namespace trailwarden::engine {
namespace {

// Ids of the rules that hold for the records of `text`, in their order.
class Verdict final : public cloudtrail::RecordVisitor {
 public:
  Verdict(const Engine& engine, std::string_view text) : engine_(engine), judge_(engine) {
    cloudtrail::ReadProgress progress;
    cloudtrail::Reader(engine.matcher().projection(), engine.shape(), progress)
        .read_bytes(text, "test", *this, {});
  }
  void on_record(const cloudtrail::RawRecord& record) override {
    const Opinion opinion = judge_.judge(record);
    wanted = opinion.wanted;
    for (const match::RuleId rule : opinion.matched) {
      fired.push_back(engine_.rules().rules.at(match::index_of(rule)).title);
    }
    const auto event = cloudtrail::read_event(engine_.fields(), record.found);
    const auto sighting = judge_.sight(record, event, opinion.matched);
    for (const triage::Hit& hit : sighting.hits) why += hit.why + "\n";
  }
  void on_problem(const cloudtrail::Problem& problem) override {
    ADD_FAILURE() << to_string(problem);
  }

  std::vector<std::string> fired;
  std::string why;
  bool wanted = false;

 private:
  const Engine& engine_;
  Judge judge_;
};

std::string athena_row(std::string_view auth_type) {
  return R"({"eventversion":"1.08","useridentity":{"type":"IAMUser",)"
         R"("arn":"arn:aws:iam::111122223333:user/mallory","accountid":"111122223333",)"
         R"("username":"mallory"},"eventtime":"2024-01-01T00:00:00Z",)"
         R"("eventsource":"lambda.amazonaws.com","eventname":"CreateFunctionUrlConfig20211031",)"
         R"("awsregion":"eu-west-1","sourceipaddress":"203.0.113.9","useragent":"aws-cli/2.15",)"
         R"("requestparameters":"{\"functionName\":\"orders\",\"authType\":\")" +
         std::string(auth_type) + R"(\"}","eventid":"e-1","recipientaccountid":"111122223333"})";
}

Engine compiled() {
  Content content;
  content.builtin = rulepack::load;
  content.pattern =
      R"({"source":["aws.lambda"],"detail":{"requestParameters":{"authType":["NONE"]}}})";
  return Engine::compile(content).value();
}

TEST(LowerCaseExport, RulesAndPatternsSeeTheFields) {
  const Engine engine = compiled();
  const Verdict open(engine, athena_row("NONE"));
  EXPECT_THAT(open.fired, testing::Contains(testing::HasSubstr("unction")));
  EXPECT_THAT(open.why, testing::HasSubstr("requestParameters.authType = NONE"));
  EXPECT_TRUE(open.wanted);
  const Verdict closed(engine, athena_row("AWS_IAM"));
  EXPECT_THAT(closed.fired, testing::IsEmpty());
  EXPECT_FALSE(closed.wanted);
}

}  // namespace
}  // namespace trailwarden::engine
