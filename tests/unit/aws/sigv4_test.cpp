#include "aws/sigv4.h"

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "aws/timestamp.h"

namespace trailwarden::aws {
namespace {

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

net::Request make_request(std::string method, std::string_view url,
                          std::vector<net::Header> headers, std::string body) {
  return {std::move(method), net::parse_url(url).value(), std::move(headers), std::move(body)};
}

SigningScope scope_of(std::string region, std::string service, std::string_view time) {
  SigningScope scope{std::move(region), std::move(service), parse_iso8601(time).value()};
  scope.normalizes_path = scope.service != "s3";
  scope.signs_body_hash = scope.service == "s3";
  return scope;
}

std::string value_of(const net::Request& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return {};
}

// Signatures made with botocore 1.44.5 (auth.SigV4Auth, auth.S3SigV4Auth) for these very requests.
struct Case {
  const char* why;
  const char* method;
  const char* url;
  std::vector<net::Header> headers;
  const char* body;
  const char* region;
  const char* service;
  const char* token;
  const char* signed_headers;
  const char* signature;
};

const std::vector<Case>& botocore_cases() {
  static const std::vector<Case> kCases = {
      {"JSON with a target and temporary keys",
       "POST",
       "https://cloudtrail.eu-central-1.amazonaws.com/",
       {{"Content-Type", "application/x-amz-json-1.1"},
        {"X-Amz-Target", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"}},
       R"({"MaxResults":50})",
       "eu-central-1",
       "cloudtrail",
       "T0KEN/+=",
       "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
       "0b77b7c082f6b3f465e6758bd9143f7c08cfa6a14cce86474b80f2b066d93690"},
      {"a query form",
       "POST",
       "https://sts.us-gov-west-1.amazonaws.com/",
       {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
       "Action=GetCallerIdentity&Version=2011-06-15",
       "us-gov-west-1",
       "sts",
       "",
       "content-type;host;x-amz-date",
       "79cd349540b6bf305bc7249c86232077d639909b33cfefa03acca57b42a02e06"},
      {"a path that is encoded twice",
       "POST",
       "https://bedrock-runtime.us-east-1.amazonaws.com/model/"
       "anthropic.claude-3-haiku-20240307-v1%3A0/invoke",
       {{"Content-Type", "application/json"}},
       "{}",
       "us-east-1",
       "bedrock",
       "",
       "content-type;host;x-amz-date",
       "d9589b359a4cc22f45171b731426614a27eb8937b990bcb9d4bbcc88d4e0d3ef"},
      {"an S3 key with odd bytes, a query field without a value",
       "GET",
       "https://logs.s3.us-east-1.amazonaws.com/AWSLogs/a%20b/%2B/%25/%C3%A9//x/../y"
       "?partNumber=2&uploadId=a%2Fb%3D&versionId=",
       {{"Range", "bytes=0-99"}},
       "",
       "us-east-1",
       "s3",
       "T0KEN/+=",
       "host;range;x-amz-content-sha256;x-amz-date;x-amz-security-token",
       "79674cb1e04a0c6a0973bac00f73a326d5e9d4b7d11d1316d16a0cf44085b816"},
      {"S3 on a port of its own",
       "PUT",
       "http://127.0.0.1:9000/bucket/key",
       {{"Content-Type", "text/plain"}, {"If-None-Match", "*"}, {"x-amz-meta-note", "two  spaces"}},
       "hello",
       "eu-west-1",
       "s3",
       "",
       "content-type;host;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-meta-note",
       "205ed6acd420c9d1f4b5d371978bde71039b6d3c910426d822f85628c5d94a96"},
  };
  return kCases;
}

TEST(Sigv4, SignsAsBotocoreDoes) {
  for (const Case& c : botocore_cases()) {
    net::Request request = make_request(c.method, c.url, c.headers, c.body);
    const SigningScope scope = scope_of(c.region, c.service, "2026-03-03T12:41:07Z");
    sign(request, {"AKIDEXAMPLE", std::string(kSecret), c.token, {}, {}}, scope);
    EXPECT_EQ(value_of(request, "Authorization"),
              std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260303/") + c.region + "/" +
                  c.service + "/aws4_request, SignedHeaders=" + c.signed_headers +
                  ", Signature=" + c.signature)
        << c.why << "\n"
        << canonical_request(request, scope);
  }
}

TEST(Sigv4, SigningAgainReplacesWhatTheFirstAttemptAdded) {
  const SigningScope first = scope_of("us-east-1", "s3", "2026-03-03T12:41:07Z");
  const SigningScope second = scope_of("us-east-1", "s3", "2026-03-03T12:41:09Z");
  const Credentials temporary{"AKID1", "one", "token", {}, {}};
  const Credentials lasting{"AKID2", "two", "", {}, {}};

  net::Request again = make_request("PUT", "https://b.s3.us-east-1.amazonaws.com/k", {}, "body");
  net::Request once = again;
  sign(again, temporary, first);
  sign(again, lasting, second);
  sign(once, lasting, second);
  EXPECT_EQ(again.headers, once.headers);
  EXPECT_EQ(value_of(again, "X-Amz-Security-Token"), "");
}

TEST(Sigv4, LeavesOutWhatOthersMayChangeOnTheWay) {
  net::Request request =
      make_request("GET", "https://s.example/",
                   {{"User-Agent", "tw"}, {"Connection", "close"}, {"TE", "x"}}, "");
  sign(request, {"AKID", "secret", "", {}, {}},
       scope_of("us-east-1", "sqs", "2026-03-03T12:41:07Z"));
  EXPECT_NE(value_of(request, "Authorization").find("SignedHeaders=host;x-amz-date,"),
            std::string::npos);
}

TEST(Sigv4, NoSecretIsInTheRequest) {
  net::Request request = make_request("GET", "https://s.example/", {}, "");
  sign(request, {"AKID", std::string(kSecret), "", {}, {}},
       scope_of("us-east-1", "sqs", "2026-03-03T12:41:07Z"));
  for (const auto& [name, value] : request.headers) {
    EXPECT_EQ(value.find(kSecret), std::string::npos) << name;
  }
}

TEST(PercentEncode, KeepsUnreservedBytesOnly) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a b+c/d%é:\x01"), "a%20b%2Bc%2Fd%25%C3%A9%3A%01");
  EXPECT_EQ(percent_encode("a/b c", true), "a/b%20c");
}

TEST(Sha256Hex, IsTheKnownOne) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// AWS's published suite, where a development machine has it beside the checkout.
// Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters", its example.
const Credentials kExampleKeys{
    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", {}, {}, {}};

TEST(Sigv4, PresignsTheExampleOfTheS3Manual) {
  const auto url = net::parse_url("https://examplebucket.s3.amazonaws.com/test.txt").value();
  const SigningScope scope = scope_of("us-east-1", "s3", "2013-05-24T00:00:00Z");
  EXPECT_EQ(presigned_url(url, kExampleKeys, scope, std::chrono::hours(24)),
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(Sigv4, APresignedUrlLastsSevenDaysAtMostAndHasTheSessionsToken) {
  const auto url = net::parse_url("https://b.s3.amazonaws.com/a?versionId=1").value();
  const SigningScope scope = scope_of("us-east-1", "s3", "2013-05-24T00:00:00Z");
  Credentials keys = kExampleKeys;
  keys.session_token = "a+b/c=";
  const auto expires = [&](std::chrono::seconds span) {
    const std::string signed_url = presigned_url(url, keys, scope, span);
    EXPECT_NE(signed_url.find("a?versionId=1&X-Amz-Algorithm="), std::string::npos);
    EXPECT_NE(signed_url.find("&X-Amz-Security-Token=a%2Bb%2Fc%3D&"), std::string::npos);
    const std::size_t at = signed_url.find("X-Amz-Expires=") + 14;
    return signed_url.substr(at, signed_url.find('&', at) - at);
  };
  EXPECT_EQ(expires(std::chrono::hours(24 * 7)), "604800");
  EXPECT_EQ(expires(std::chrono::hours(24 * 7) + std::chrono::seconds(1)), "604800");
  EXPECT_EQ(expires(std::chrono::seconds(0)), "1");
}

namespace published {

const std::filesystem::path kSuite =
    std::filesystem::path(TW_SOURCE_DIR).parent_path() / "shared" / "data" / "sigv4";

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct RawRequest {
  std::string head;  // Its lines as they stand in the file, each with its LF.
  net::Request request;
};

RawRequest parse_raw(const std::string& text) {
  RawRequest raw;
  const std::size_t blank = text.find("\n\n");
  raw.head = blank == std::string::npos ? text : text.substr(0, blank + 1);
  raw.request.body = blank == std::string::npos ? "" : text.substr(blank + 2);
  std::istringstream lines(raw.head);
  std::string line;
  std::getline(lines, line);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  raw.request.method = line.substr(0, first);
  raw.request.url.target = line.substr(first + 1, last - first - 1);
  while (std::getline(lines, line)) {
    if (line.starts_with(' ')) {  // A continued value (RFC 7230, 3.2.4): one space for the fold.
      raw.request.headers.back().second += line;
      continue;
    }
    const std::size_t colon = line.find(':');
    raw.request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  return raw;
}

// The suite writes paths before any encoding. For S3 ("unnormalized") ours takes what is on the
// wire, which is the path encoded once; elsewhere both encode what they are given.
void put_on_wire(std::string& target) {
  const std::size_t mark = std::min(target.find('?'), target.size());
  target = percent_encode(target.substr(0, mark), true) + target.substr(mark);
}

void run_case(const std::filesystem::path& folder) {
  SCOPED_TRACE(folder.filename().string());
  const auto context = boost::json::parse(read(folder / "context.json")).as_object();
  const auto& keys = context.at("credentials").as_object();
  const auto text = [](const boost::json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? std::string() : std::string(value->as_string());
  };
  SigningScope scope{text(context, "region"), text(context, "service"),
                     parse_iso8601(text(context, "timestamp")).value()};
  scope.normalizes_path = context.at("normalize").as_bool();
  scope.signs_body_hash = context.at("sign_body").as_bool();

  // A token that is not signed is none of ours: IoT's way, which no client here needs.
  const auto* omits = context.if_contains("omit_session_token");
  const bool omits_token = omits != nullptr && omits->as_bool();
  const std::string token = text(keys, "token");
  RawRequest raw = parse_raw(read(folder / "request.txt"));
  if (!scope.normalizes_path) put_on_wire(raw.request.url.target);
  const std::size_t given = raw.request.headers.size();
  sign(raw.request,
       {text(keys, "access_key_id"),
        text(keys, "secret_access_key"),
        omits_token ? "" : token,
        {},
        {}},
       scope);

  const std::string canonical = canonical_request(raw.request, scope);
  EXPECT_EQ(canonical, read(folder / "header-canonical-request.txt"));
  EXPECT_EQ(string_to_sign(canonical, scope), read(folder / "header-string-to-sign.txt"));
  const std::string authorization = value_of(raw.request, "Authorization");
  EXPECT_TRUE(authorization.ends_with("=" + read(folder / "header-signature.txt")));

  std::string written = raw.head;
  if (!written.ends_with('\n')) written += '\n';
  if (omits_token) written += "X-Amz-Security-Token:" + token + "\n";
  for (std::size_t i = given; i < raw.request.headers.size(); ++i) {
    written += raw.request.headers[i].first + ":" + raw.request.headers[i].second + "\n";
  }
  written += "\n" + raw.request.body;
  std::string expected = read(folder / "header-signed-request.txt");
  // Some of the files end in one more empty line than their request has.
  if (raw.request.body.empty() && expected.ends_with("\n\n")) expected.pop_back();
  if (raw.request.body.empty() && written.ends_with("\n\n")) written.pop_back();
  EXPECT_EQ(written, expected);
}

TEST(Sigv4, PassesAwsPublishedSuite) {
  if (!std::filesystem::exists(kSuite)) GTEST_SKIP() << "no AWS suite at " << kSuite;
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSuite)) {
    run_case(entry.path());
    ++cases;
  }
  EXPECT_GE(cases, 38U);
}

}  // namespace published

}  // namespace
}  // namespace trailwarden::aws
