// The EventBridge envelope: as it came, and made up for bare records.
#include "cloudtrail/envelope.h"

#include <gtest/gtest.h>

#include <map>

#include "reading.h"

namespace trailwarden::cloudtrail {
namespace {

// Keeps the envelope fields of the last record, and its event.
class EnvelopeOf final : public RecordVisitor {
 public:
  explicit EnvelopeOf(std::string_view text) {
    json::ProjectionBuilder builder;
    const RecordShape shape = RecordShape::add_to(builder);
    fields_ = EnvelopeFields::add_to(builder);
    for (const char* name :
         {"version", "id", "detail-type", "source", "account", "time", "region", "resources"}) {
      const std::vector<std::string> path = {std::string(kEnvelope), name};
      ids_[name] = builder.add(path);
    }
    ReadProgress progress;
    Reader(std::move(builder).build(), shape, progress).read_bytes(text, "test", *this, {});
  }

  // All values of a field, each with its kind's number in front.
  std::map<std::string, std::vector<std::string>> values;
  std::string event;

  void on_record(const RawRecord& record) override {
    fields_.fill(record);
    for (const auto& [name, id] : ids_) {
      for (std::uint32_t at = record.found.first(id); at != json::Projected::kNone;
           at = record.found.value(at).next) {
        values[name].emplace_back(record.found.value(at).raw);
      }
    }
    fields_.append_json(record, event);
  }
  void on_problem(const Problem& problem) override { ADD_FAILURE() << to_string(problem); }

 private:
  EnvelopeFields fields_;
  std::map<std::string, json::FieldId> ids_;
};

using Values = std::map<std::string, std::vector<std::string>>;

TEST(Envelope, IsMadeUpForABareRecord) {
  const std::string detail =
      R"({"eventName":"CreateUser","eventSource":"iam.amazonaws.com","eventType":"AwsApiCall",)"
      R"("eventID":"e-1","eventTime":"2024-08-01T13:33:28Z","awsRegion":"us-east-1",)"
      R"("recipientAccountId":"222222222222","userIdentity":{"accountId":"111111111111"}})";
  const EnvelopeOf made(detail);
  EXPECT_EQ(made.values, (Values{{"version", {"0"}},
                                 {"id", {"e-1"}},
                                 {"detail-type", {"AWS API Call via CloudTrail"}},
                                 {"source", {"aws.iam"}},
                                 {"account", {"222222222222"}},
                                 {"time", {"2024-08-01T13:33:28Z"}},
                                 {"region", {"us-east-1"}},
                                 {"resources", {"[]"}}}));
  EXPECT_EQ(made.event,
            R"({"version":"0","id":"e-1","detail-type":"AWS API Call via CloudTrail",)"
            R"("source":"aws.iam","account":"222222222222","time":"2024-08-01T13:33:28Z",)"
            R"("region":"us-east-1","resources":[],"detail":)" +
                detail + "}");
}

TEST(Envelope, LacksWhatTheRecordLacks) {
  const EnvelopeOf made(
      R"({"eventname":"X","eventsource":"s3.amazonaws.com","useridentity":{"accountid":"1"}})");
  EXPECT_EQ(made.values, (Values{{"version", {"0"}},
                                 {"detail-type", {"AWS API Call via CloudTrail"}},
                                 {"source", {"aws.s3"}},
                                 {"account", {"1"}},
                                 {"resources", {"[]"}}}));
}

TEST(Envelope, DetailTypeFollowsEventType) {
  const std::pair<const char*, const char*> cases[] = {
      {"AwsApiCall", "AWS API Call via CloudTrail"},
      {"AwsConsoleSignIn", "AWS Console Sign In via CloudTrail"},
      {"AwsConsoleAction", "AWS Console Action via CloudTrail"},
      {"AwsServiceEvent", "AWS Service Event via CloudTrail"},
      {"AwsVpceEvent", "AWS Network Activity Event via CloudTrail"},
      {"AwsVpceEvents", "AWS Network Activity Event via CloudTrail"},
      {"SomethingNew", "AWS API Call via CloudTrail"},
  };
  for (const auto& [event_type, detail_type] : cases) {
    EnvelopeOf made(
        std::string(
            R"({"eventID":"1","eventName":"X","eventSource":"a.amazonaws.com","eventType":")") +
        event_type + "\"}");
    EXPECT_EQ(made.values["detail-type"], std::vector<std::string>{detail_type}) << event_type;
  }
  EnvelopeOf old(
      R"({"eventVersion":"1.00","eventName":"ConsoleLogin","eventSource":"signin.amazonaws.com"})");
  EXPECT_EQ(old.values["detail-type"][0], "AWS Console Sign In via CloudTrail");
}

TEST(Envelope, IsTakenAsItCame) {
  const std::string event =
      R"({"source":"aws.x",)"
      R"("detail":{"eventTime":"t","eventName":"X","eventSource":"a.amazonaws.com"},)"
      R"("version":0,"account":null,"detail-type":"AWS API Call via CloudTrail",)"
      R"("resources":["r1","r2"],"extra":1})";
  const EnvelopeOf came(event);
  EXPECT_EQ(came.values, (Values{{"source", {"aws.x"}},
                                 {"version", {"0"}},
                                 {"account", {"null"}},
                                 {"detail-type", {"AWS API Call via CloudTrail"}},
                                 {"resources", {R"(["r1","r2"])", "r1", "r2"}}}));
  EXPECT_EQ(came.event, event);
}

TEST(Envelope, HostileTextStaysInsideItsString) {
  EnvelopeOf made(
      R"({"eventName":"X","eventSource":"a\",\"x\":\".amazonaws.com","eventID":"\\\""})");
  EXPECT_THAT(made.event, testing::HasSubstr(R"("source":"aws.a\",\"x\":\"")"));
  EXPECT_THAT(made.event, testing::HasSubstr(R"("id":"\\\"")"));
}

}  // namespace
}  // namespace trailwarden::cloudtrail
