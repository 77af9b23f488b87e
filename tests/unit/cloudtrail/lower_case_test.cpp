// Records in the lower-case spelling of exports, read under CloudTrail's own names.
#include <gtest/gtest.h>

#include "cloudtrail/event.h"
#include "reading.h"

namespace trailwarden::cloudtrail {
namespace {

using Names = std::vector<std::string>;

// As Athena gives a row of the table that the CloudTrail console creates.
constexpr std::string_view kAthena =
    R"({"eventversion":"1.08","useridentity":{"type":"AssumedRole","principalid":"AROA:s",)"
    R"("arn":"arn:aws:sts::111122223333:assumed-role/R/s","accountid":"111122223333",)"
    R"("accesskeyid":"ASIA1","sessioncontext":{"sessionissuer":{"arn":"arn:aws:iam::1:role/p/R"}}},)"
    R"("eventtime":"2024-01-01T00:00:00Z","eventsource":"s3.amazonaws.com","eventname":"GetObject",)"
    R"("awsregion":"eu-west-1","sourceipaddress":"198.51.100.4","useragent":"[S3Console/0.4]",)"
    R"("errorcode":"AccessDenied","errormessage":"no","eventid":"e-1","recipientaccountid":1234,)"
    R"("requestparameters":"{\"bucketName\":\"b\",\"key\":\"k\"}","responseelements":"null",)"
    R"("additionaleventdata":"{\"bytesTransferredOut\":7}","readonly":"true"})";

// Keeps what consumers see of the last record.
class Seen final : public RecordVisitor {
 public:
  explicit Seen(std::string_view text) {
    json::ProjectionBuilder builder;
    fields_ = EventFields::add_to(builder);
    read_only_ = builder.add("readOnly");
    bytes_ = builder.add("additionalEventData.bytesTransferredOut");
    const RecordShape shape = RecordShape::add_to(builder);
    ReadProgress progress;
    Reader(std::move(builder).build(), shape, progress).read_bytes(text, "test", *this, {});
  }
  void on_record(const RawRecord& record) override {
    ++records;
    json::Projected& found = record.found;
    const Event event = read_event(fields_, found);
    for (const std::string_view text :
         {event.id, event.source, event.name, event.region, event.source_ip, event.user_agent,
          event.error_code, event.error_message, event.account, event.user_type, event.access_key,
          event.principal, event.user, target_of(fields_, found)}) {
      told.emplace_back(text);
    }
    time = event.time;
    read_only = found.text(read_only_).value_or("no text");
    bytes = found.has(bytes_) ? found.value(found.first(bytes_)).raw : "none";
    raw = record.text;
  }
  void on_problem(const Problem& problem) override { problems += to_string(problem) + "\n"; }

  std::size_t records = 0;
  std::string problems;
  Names told;
  std::optional<std::int64_t> time;
  std::string read_only, bytes, raw;

 private:
  EventFields fields_;
  json::FieldId read_only_{}, bytes_{};
};

TEST(LowerCase, FieldsAreSeenUnderTheirUsualNames) {
  const Seen seen(kAthena);
  EXPECT_EQ(seen.told,
            (Names{"e-1", "s3.amazonaws.com", "GetObject", "eu-west-1", "198.51.100.4",
                   "S3Console/0.4", "AccessDenied", "no", "1234", "AssumedRole", "ASIA1",
                   "arn:aws:sts::111122223333:assumed-role/R/s", "arn:aws:iam::1:role/p/R", "b"}));
  EXPECT_EQ(seen.time, 1704067200);
  EXPECT_EQ(seen.read_only, "true") << "a text stays a text";
  EXPECT_EQ(seen.bytes, "7");
  EXPECT_EQ(seen.raw, kAthena) << "the record itself stands as it was";
}

TEST(LowerCase, ColumnsWithDots) {
  const Seen seen(R"({"useridentity.type":"IAMUser","useridentity.arn":"arn:aws:iam::1:user/u",
      "eventtime":"2024-01-01 00:00:00.000","eventsource":"s3.amazonaws.com","eventname":"GetObject",
      "requestparameters.bucketname":"b"})");
  EXPECT_EQ(seen.told[11], "arn:aws:iam::1:user/u");
  EXPECT_EQ(seen.told[13], "b");
  EXPECT_EQ(seen.time, 1704067200);
}

TEST(LowerCase, OrdinaryRecordsAreReadAsEver) {
  const Seen seen(R"({"eventName":"A","eventname":"B","eventSource":"s3.amazonaws.com",
      "eventsource":"x","eventTime":"2024-01-01T00:00:00Z","additionalEventData":
      "{\"bytesTransferredOut\":7}","requestParameters":{"bucketname":"b"}})");
  EXPECT_EQ(seen.told[2], "A");
  EXPECT_EQ(seen.told[13], "") << "another name";
  EXPECT_EQ(seen.bytes, "none") << "JSON in a string is not entered";
}

TEST(LowerCase, WhatIsNoRecordIsTold) {
  EXPECT_THAT(Seen(R"({"eventname":"A","eventsource":"s","eventversion":"1",)"
                   R"("eventcategory":"Insight"})")
                  .problems,
              testing::HasSubstr("Insights record"));
  // Nobody looks into "userIdentity"'s lower-case twin before the record is known to be one.
  const Seen broken(R"([{"eventname":"A","eventsource":"s","eventversion":"1",)"
                    R"("useridentity":{"type" 1}},)" +
                    record("B") + "]");
  EXPECT_EQ(broken.records, 1U);
  EXPECT_EQ(broken.problems, "test: byte 1: expected a colon behind the member name\n");
}

TEST(LowerCase, InWhateverHoldsThem) {
  const std::string one(kAthena);
  const std::string event = R"({"detail-type":"x","source":"y","detail":)" + one + "}";
  for (const std::string& text : {one + "\n" + one + "\n", "[" + one + "," + one + "]",
                                  R"({"Records":[)" + one + "," + one + "]}", event + event}) {
    const Seen seen(text);
    EXPECT_EQ(seen.records, 2U) << text;
    EXPECT_EQ(seen.told.size(), 28U);
    EXPECT_EQ(seen.told[27], "b");
    EXPECT_EQ(seen.problems, "");
  }
}

}  // namespace
}  // namespace trailwarden::cloudtrail
