#include "source/notification.h"

#include "json/writer.h"

namespace trailwarden::source {
namespace {

using Kind = Notification::Kind;

std::string in_sns(std::string_view message) {
  std::string quoted;
  json::append_string(quoted, message);
  return R"({"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:eu-north-1:1:t",)"
         R"("Subject":"s","Message":)" +
         quoted + R"(,"Timestamp":"2026-11-22T08:00:00.000Z","SignatureVersion":"1"})";
}

std::string s3_record(std::string_view key, std::string_view name = "ObjectCreated:Put") {
  return R"({"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-north-1",)"
         R"("eventTime":"2026-11-22T08:00:00.000Z","eventName":")" +
         std::string(name) +
         R"(","s3":{"s3SchemaVersion":"1.0","bucket":{"name":"logs","arn":"arn:aws:s3:::logs"},)"
         R"("object":{"key":")" +
         std::string(key) + R"(","size":9,"sequencer":"0A"}}})";
}

std::string s3_notification(const std::vector<std::string>& records) {
  std::string text;
  for (const std::string& record : records) text += (text.empty() ? "" : ",") + record;
  return R"({"Records":[)" + text + "]}";
}

constexpr std::string_view kRecord =
    R"({"eventVersion":"1.08","eventTime":"2026-11-22T08:00:00Z","eventSource":"iam.amazonaws.com",)"
    R"("eventName":"CreateUser","eventID":"e1"})";

std::string event(std::string_view source, std::string_view type, std::string_view detail) {
  return R"({"version":"0","id":"i","detail-type":")" + std::string(type) + R"(","source":")" +
         std::string(source) + R"(","account":"1","detail":)" + std::string(detail) + "}";
}

struct Case {
  const char* why;
  std::string body;
  Kind kind;
  std::vector<std::string> objects;  // "bucket key"
};

TEST(Notification, Kinds) {
  const Case cases[] = {
      {"S3's own, key form-encoded",
       s3_notification({s3_record("a+b%2Bc%C3%A9/%25.json.gz")}),
       Kind::Objects,
       {"logs a b+c\xC3\xA9/%.json.gz"}},
      {"S3's own, several",
       s3_notification({s3_record("a"), s3_record("b")}),
       Kind::Objects,
       {"logs a", "logs b"}},
      {"in SNS", in_sns(s3_notification({s3_record("a%20b")})), Kind::Objects, {"logs a b"}},
      {"in SNS in SNS",
       in_sns(in_sns(s3_notification({s3_record("a")}))),
       Kind::Objects,
       {"logs a"}},
      {"too deep in SNS",
       in_sns(in_sns(in_sns(s3_notification({s3_record("a")})))),
       Kind::Unknown,
       {}},
      {"by EventBridge, key plain",
       event("aws.s3", "Object Created",
             R"({"bucket":{"name":"logs"},"object":{"key":"a+b%20c","size":1}})"),
       Kind::Objects,
       {"logs a+b%20c"}},
      {"EventBridge in SNS",
       in_sns(
           event("aws.s3", "Object Created", R"({"bucket":{"name":"logs"},"object":{"key":"k"}})")),
       Kind::Objects,
       {"logs k"}},
      {"CloudTrail's announcement, keys plain",
       in_sns(R"({"s3Bucket":"logs","s3ObjectKey":["a+b","c%20d"]})"),
       Kind::Objects,
       {"logs a+b", "logs c%20d"}},
      {"the same without SNS around it",
       R"({"s3Bucket":"logs","s3ObjectKey":["a"]})",
       Kind::Objects,
       {"logs a"}},
      {"an event", event("aws.iam", "AWS API Call via CloudTrail", kRecord), Kind::Events, {}},
      {"an event about S3's API",
       event("aws.s3", "AWS API Call via CloudTrail", kRecord),
       Kind::Events,
       {}},
      {"a bare record", std::string(kRecord), Kind::Events, {}},
      {"a list of records", R"({"Records":[)" + std::string(kRecord) + "]}", Kind::Events, {}},
      {"an array of records", "[" + std::string(kRecord) + "]", Kind::Events, {}},
      {"S3's test",
       R"({"Service":"Amazon S3","Event":"s3:TestEvent","Time":"t","Bucket":"logs"})",
       Kind::Nothing,
       {}},
      {"S3's test in SNS",
       in_sns(R"({"Service":"Amazon S3","Event":"s3:TestEvent"})"),
       Kind::Nothing,
       {}},
      {"CloudTrail's test", in_sns("CloudTrail validation message."), Kind::Nothing, {}},
      {"the same text from nowhere", "CloudTrail validation message.", Kind::Unknown, {}},
      {"an object that was deleted",
       s3_notification({s3_record("a", "ObjectRemoved:Delete")}),
       Kind::Nothing,
       {}},
      {"the same by EventBridge",
       event("aws.s3", "Object Deleted", R"({"bucket":{"name":"logs"},"object":{"key":"k"}})"),
       Kind::Nothing,
       {}},
      {"one created, one deleted",
       s3_notification({s3_record("a", "ObjectRemoved:Delete"), s3_record("b")}),
       Kind::Objects,
       {"logs b"}},
      {"a digest file",
       R"({"s3Bucket":"logs","s3ObjectKey":["AWSLogs/1/CloudTrail-Digest/eu-north-1/d.json.gz"]})",
       Kind::Nothing,
       {}},
      {"no records", R"({"Records":[]})", Kind::Nothing, {}},
      {"a key with a broken escape", s3_notification({s3_record("a%2")}), Kind::Unknown, {}},
      {"one good, one broken",
       s3_notification({s3_record("a"), s3_record("%zz")}),
       Kind::Unknown,
       {}},
      {"an empty key", s3_notification({s3_record("")}), Kind::Unknown, {}},
      {"a bucket that cannot be",
       R"({"s3Bucket":"a/../b","s3ObjectKey":["k"]})",
       Kind::Unknown,
       {}},
      {"a key that is no string", R"({"s3Bucket":"logs","s3ObjectKey":[1]})", Kind::Unknown, {}},
      {"records of somebody else", R"({"Records":[{"eventSource":"aws:ses"}]})", Kind::Unknown, {}},
      {"records that are none", R"({"Records":[1]})", Kind::Unknown, {}},
      {"S3 event without a bucket", event("aws.s3", "Object Created", "{}"), Kind::Unknown, {}},
      {"an SNS confirmation",
       R"({"Type":"SubscriptionConfirmation","Message":"x"})",
       Kind::Unknown,
       {}},
      {"any object", R"({"a":1})", Kind::Unknown, {}},
      {"any array", "[1,2]", Kind::Unknown, {}},
      {"a number", "1", Kind::Unknown, {}},
      {"no JSON", "hello", Kind::Unknown, {}},
      {"nothing at all", "", Kind::Unknown, {}},
      {"a million brackets", std::string(1'000'000, '['), Kind::Unknown, {}},
  };
  for (const Case& c : cases) {
    const Notification got = read_notification(c.body);
    EXPECT_EQ(got.kind, c.kind) << c.why << ": " << got.reason;
    std::vector<std::string> objects;
    for (const ObjectRef& object : got.objects) objects.push_back(object.bucket + " " + object.key);
    EXPECT_EQ(objects, c.objects) << c.why;
    const bool needs_reason = c.kind == Kind::Nothing || c.kind == Kind::Unknown;
    EXPECT_EQ(!got.reason.empty(), needs_reason) << c.why;
  }
}

TEST(Notification, AnEventIsHandedOverAsItStands) {
  const std::string text = event("aws.iam", "AWS API Call via CloudTrail", kRecord);
  EXPECT_EQ(read_notification(text).text, text);
  EXPECT_EQ(read_notification(in_sns(text)).text, text);
  EXPECT_EQ(read_notification(kRecord).text, kRecord);
}

}  // namespace
}  // namespace trailwarden::source
