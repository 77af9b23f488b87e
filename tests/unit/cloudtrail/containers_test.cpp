// Every container, plain and compressed: which records come out of it and what is said of it.
#include <gtest/gtest.h>

#include "reading.h"

namespace trailwarden::cloudtrail {
namespace {

using Names = std::vector<std::string>;

struct Case {
  std::string why;
  std::string text;
  Names names;
  std::vector<ProblemKind> problems;
};

std::string envelope(const std::string& detail,
                     const std::string& detail_type = "AWS API Call via CloudTrail") {
  return R"({"version":"0","id":"i","detail-type":")" + detail_type +
         R"(","source":"aws.iam","account":"111111111111","time":"2024-08-01T13:33:28Z",)"
         R"("region":"us-east-1","resources":[],"detail":)" +
         detail + "}";
}

std::string lookup(const std::string& inner) {
  return R"({"EventId":"e","EventName":"A","ReadOnly":"false","EventTime":1722519208.0,)"
         R"("EventSource":"iam.amazonaws.com","Resources":[{"ResourceType":"t"}],)"
         R"("CloudTrailEvent":)" +
         json_string(inner) + "}";
}

std::string sns(const std::string& message) {
  return R"({"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:r:1:t","Message":)" +
         json_string(message) +
         R"(,"Timestamp":"2024-08-01T13:33:28.000Z","SignatureVersion":"1"})";
}

std::string sqs(const std::vector<std::string>& bodies) {
  std::string out = R"({"Messages":[)";
  for (const std::string& body : bodies) {
    out += out.back() == '[' ? "" : ",";
    out +=
        R"({"MessageId":"m","ReceiptHandle":"h","MD5OfBody":"x","Body":)" + json_string(body) + "}";
  }
  return out + "]}";
}

std::string lambda_sqs(const std::string& body) {
  return R"({"Records":[{"messageId":"m","receiptHandle":"h","body":)" + json_string(body) +
         R"(,"attributes":{},"eventSource":"aws:sqs","awsRegion":"us-east-1"}]})";
}

std::string lambda_sns(const std::string& message) {
  return R"({"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","Sns":)" + sns(message) +
         "}]}";
}

std::string pretty(std::string text) {
  std::string out;
  for (const char byte : text) {
    out += byte;
    // Good enough for our own records, in whose strings no comma stands.
    if (byte == ',' || byte == '{' || byte == '[') out += "\r\n    ";
  }
  return out;
}

std::vector<Case> cases() {
  const std::string a = record("A");
  const std::string b = record("B");
  const std::string s3_notice =
      R"({"Records":[{"eventVersion":"2.5","eventSource":"aws:s3","awsRegion":"r",)"
      R"("eventTime":"t","eventName":"ObjectCreated:Put","s3":{"object":{"key":"k"}}}]})";
  const std::string insight =
      R"({"eventVersion":"1.07","eventTime":"t","eventCategory":"Insight","insightDetails":)"
      R"({"state":"Start","eventSource":"ec2.amazonaws.com","eventName":"RunInstances"}})";
  const std::string digest =
      R"({"awsAccountId":"1","digestStartTime":"t","digestEndTime":"t","digestS3Bucket":"b",)"
      R"("digestS3Object":"o","previousDigestSignature":null,"logFiles":[{"s3Bucket":"b"}]})";
  const std::string lower =
      R"({"eventversion":"1.08","eventname":"L","eventsource":"iam.amazonaws.com"})";
  using K = ProblemKind;
  return {
      {"a log file", R"({"Records":[)" + a + "," + b + "]}", {"A", "B"}, {}},
      {"a log file, pretty-printed",
       pretty(R"({"Records":[)" + a + "," + b + "]}"),
       {"A", "B"},
       {}},
      {"an empty log file", R"({"Records":[]})", {}, {}},
      {"an empty file", "", {}, {}},
      {"white space", " \r\n\n", {}, {}},
      {"two log files, one behind the other",
       R"({"Records":[)" + a + "]}" + R"({"Records":[)" + b + "]}\n",
       {"A", "B"},
       {}},
      {"NDJSON", a + "\n" + b + "\n", {"A", "B"}, {}},
      {"NDJSON without its last line break", a + "\n" + b, {"A", "B"}, {}},
      {"NDJSON of DOS, with blank lines and a byte order mark",
       "\xEF\xBB\xBF\r\n" + a + "\r\n\r\n" + b + "\r\n  \r\n",
       {"A", "B"},
       {}},
      {"NDJSON cut out of an array", a + ",\n" + b + "\n", {"A", "B"}, {}},
      {"a top-level array", "[" + a + ",\n" + b + "]", {"A", "B"}, {}},
      {"an empty array", "[]", {}, {}},
      {"one record", a, {"A"}, {}},
      {"one record, pretty-printed", pretty(a), {"A"}, {}},
      {"pretty-printed records in a row", pretty(a) + "\n" + pretty(b), {"A", "B"}, {}},
      {"records without anything between them", a + b, {"A", "B"}, {}},
      {"log files slurped by jq",
       R"([{"Records":[)" + a + R"(]},{"Records":[)" + b + "]}]",
       {"A", "B"},
       {}},
      {"an EventBridge event", envelope(a), {"A"}, {}},
      {"EventBridge events in lines", envelope(a) + "\n" + envelope(b) + "\n", {"A", "B"}, {}},
      {"an EventBridge event of S3 that CloudTrail recorded",
       R"({"detail-type":"AWS API Call via CloudTrail","source":"aws.s3","detail":)" + a + "}",
       {"A"},
       {}},
      {"an EventBridge event of EC2 itself",
       envelope(R"({"state":"running"})", "EC2 State"),
       {},
       {K::NotARecord}},
      {"a LookupEvents page",
       R"({"Events":[)" + lookup(a) + "," + lookup(b) + R"(],"NextToken":"n"})",
       {"A", "B"},
       {}},
      {"a LookupEvents page with its token first",
       R"({"NextToken":"n","Events":[)" + lookup(a) + "," + lookup(b) + "]}",
       {"A", "B"},
       {}},
      {"a list of LookupEvents' events", "[" + lookup(a) + "," + lookup(b) + "]", {"A", "B"}, {}},
      {"one event of LookupEvents", lookup(a), {"A"}, {}},
      {"an SNS notification", sns(envelope(a)), {"A"}, {}},
      {"SQS messages", sqs({envelope(a), b}), {"A", "B"}, {}},
      {"SQS messages that hold SNS notifications", sqs({sns(envelope(a)), sns(b)}), {"A", "B"}, {}},
      {"one SQS message",
       R"({"MessageId":"m","Body":)" + json_string(envelope(a)) + "}",
       {"A"},
       {}},
      {"an SQS queue's bodies as strings",
       "[" + json_string(envelope(a)) + "," + json_string(b) + "]",
       {"A", "B"},
       {}},
      {"Lambda's event from SQS", lambda_sqs(envelope(a)), {"A"}, {}},
      {"Lambda's event from SQS from SNS", lambda_sqs(sns(envelope(a))), {"A"}, {}},
      {"Lambda's event from SNS", lambda_sns(envelope(a)), {"A"}, {}},
      {"a CloudWatch Logs subscription",
       R"({"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","subscriptionFilters":["f"],)"
       R"("logEvents":[{"id":"1","timestamp":1,"message":)" +
           json_string(a) + R"(},{"id":"2","timestamp":2,"message":)" + json_string(b) + "}]}",
       {"A", "B"},
       {}},
      {"a CloudWatch Logs control message",
       R"({"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","message":"CWL CONTROL"}]})",
       {},
       {K::Control}},
      {"lower-case names of an export", lower, {"L"}, {}},
      {"an entry of a list of event names",
       R"({"eventName":"A","eventSource":"s","count":2})",
       {},
       {K::NotARecord}},
      {"the same in lower case",
       R"({"eventname":"A","eventsource":"s","count":2})",
       {},
       {K::NotARecord}},
      {"a record of a collector's making",
       R"({"eventName":"A","eventSource":"s","@timestamp":1})",
       {"A"},
       {}},
      {"a record with nothing but an identity",
       R"({"eventName":"A","eventSource":"s","userIdentity":{}})",
       {"A"},
       {}},
      {"a digest file", digest, {}, {K::Digest}},
      {"an Insights record", R"({"Records":[)" + insight + "," + a + "]}", {"A"}, {K::Insight}},
      {"an Insights record in EventBridge",
       envelope(insight, "AWS Insight via CloudTrail"),
       {},
       {K::Insight}},
      {"an aggregated event",
       R"([{"eventVersion":"1.0","eventCategory":"Aggregated","eventId":"e","timeWindow":{},"summary":{}}])",
       {},
       {K::Aggregated}},
      {"a notice of S3", s3_notice, {}, {K::Announcement}},
      {"a notice of S3 in SQS in Lambda", lambda_sqs(s3_notice), {}, {K::Announcement}},
      {"a notice of S3 in SNS in SQS", sqs({sns(s3_notice)}), {}, {K::Announcement}},
      {"S3's test event",
       R"({"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"})",
       {},
       {K::Announcement}},
      {"a notice of CloudTrail", R"({"s3Bucket":"b","s3ObjectKey":["k"]})", {}, {K::Announcement}},
      {"a notice of S3 in EventBridge",
       R"({"detail-type":"Object Created","source":"aws.s3","detail":{"object":{"key":"k"}}})",
       {},
       {K::Announcement}},
      {"a subscription confirmation",
       R"({"Type":"SubscriptionConfirmation","TopicArn":"a","Message":"You have chosen"})",
       {},
       {K::Control}},
      {"other JSON", R"({"name":"trailwarden","version":1})", {}, {K::NotARecord}},
      {"other JSON among records",
       "[" + a + R"(,{"x":1},null,7,"text",)" + b + "]",
       {"A", "B"},
       {K::NotARecord, K::NotARecord, K::NotARecord, K::NotARecord}},
      {"a CSV file", "a,b\n1,2\n", {}, {K::NotJson}},
      {"a binary file",
       std::string("\x7f"
                   "ELF\x02\x01\x00\x00",
                   8),
       {},
       {K::NotJson}},
      {"UTF-16", std::string("\xFF\xFE{\0\"\0", 6), {}, {K::NotJson}},
  };
}

void expect_case(const Case& test, const std::string& bytes, const char* form) {
  Reading reading;
  const Kept kept = reading.bytes(bytes);
  std::vector<ProblemKind> problems;
  for (const Problem& problem : kept.problems) problems.push_back(problem.kind);
  EXPECT_EQ(kept.names, test.names) << test.why << ", " << form << "\n" << kept.told();
  EXPECT_EQ(problems, test.problems) << test.why << ", " << form << "\n" << kept.told();
}

TEST(Containers, Table) {
  for (const Case& test : cases()) {
    expect_case(test, test.text, "plain");
    expect_case(test, gzip(test.text), "gzip");
    const std::size_t half = test.text.size() / 2;
    const std::string members = gzip(test.text.substr(0, half)) + gzip(test.text.substr(half));
    expect_case(test, members + std::string(512, '\0'), "two gzip members and padding");
  }
}

TEST(Containers, RecordsStandAsTheyWere) {
  Reading reading;
  const std::string text = R"({"Records":[)" + record("A") + "," + record("B") + "]}";
  const Kept kept = reading.bytes(text);
  ASSERT_EQ(kept.records.size(), 2U);
  EXPECT_EQ(kept.records[1], record("B"));
  EXPECT_EQ(kept.offsets[1], text.find(record("B")));
  EXPECT_EQ(reading.bytes(sqs({record("A")})).records[0], record("A"));
}

TEST(Containers, EnvelopesAreRemembered) {
  Reading reading;
  const Kept kept = reading.bytes("[" + envelope(record("A")) + "," + record("B") + "," +
                                  sns(envelope(record("C"))) + "]");
  EXPECT_EQ(kept.names, (Names{"A", "B", "C"}));
  EXPECT_EQ(kept.enveloped, (std::vector<bool>{true, false, true}));
}

TEST(Containers, WrappersAreBounded) {
  Reading reading;
  std::string text = record("A");
  for (std::uint32_t depth = 0; depth < kNestingMax; ++depth) text = sns(text);
  EXPECT_EQ(reading.bytes(text).names, Names{"A"});
  const Kept kept = reading.bytes(sns(text));
  EXPECT_TRUE(kept.names.empty());
  EXPECT_EQ(kept.of(ProblemKind::TooDeep), 1U);
}

TEST(Containers, DeepListsEndInOneProblem) {
  Reading reading;
  const Kept kept = reading.bytes(std::string(100'000, '['));
  EXPECT_EQ(kept.skipped(), 1U) << kept.told();
}

}  // namespace
}  // namespace trailwarden::cloudtrail
