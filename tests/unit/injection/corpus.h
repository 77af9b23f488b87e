// The corpus of tests/injection/, and the records it is put into.
#pragma once

#include <boost/json.hpp>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "injection/detector.h"
#include "json/structural_index.h"

namespace trailwarden::injection {

struct Sample {
  std::string id, text;
};

inline std::vector<Sample> load(const std::string& name) {
  std::ifstream file(std::string(TW_SOURCE_DIR "/tests/injection/") + name);
  std::vector<Sample> samples;
  for (std::string line; std::getline(file, line);) {
    const boost::json::value value = boost::json::parse(line);
    samples.push_back(
        {std::string(value.at("id").as_string()), std::string(value.at("text").as_string())});
  }
  if (samples.empty()) throw std::runtime_error("tests/injection/" + name + " is missing");
  return samples;
}

// Where callers can write: "@" stands for their text. One JSON value each, and its path.
struct Place {
  const char* field;
  const char* member;
};
inline constexpr Place kPlaces[] = {
    {"userAgent", R"("userAgent":"@")"},
    {"sourceIPAddress", R"("sourceIPAddress":"@")"},
    {"errorCode", R"("errorCode":"@")"},
    {"errorMessage",
     R"("errorMessage":"User: arn:aws:iam::111122223333:user/x is not authorized: @")"},
    {"userIdentity.userName", R"("userIdentity":{"type":"IAMUser","userName":"@"})"},
    {"userIdentity.arn",
     R"("userIdentity":{"arn":"arn:aws:sts::111122223333:assumed-role/ops/@"})"},
    {"userIdentity.principalId", R"("userIdentity":{"principalId":"AROAEXAMPLE:@"})"},
    {"userIdentity.sessionContext.sessionIssuer.userName",
     R"("userIdentity":{"sessionContext":{"sessionIssuer":{"userName":"@"}}})"},
    {"userIdentity.sessionContext.sourceIdentity",
     R"("userIdentity":{"sessionContext":{"sourceIdentity":"@"}})"},
    {"userIdentity.sessionContext.webIdFederationData.attributes.sub",
     R"("userIdentity":{"sessionContext":{"webIdFederationData":{"attributes":{"sub":"@"}}}})"},
    {"requestParameters.userName", R"("requestParameters":{"userName":"@"})"},
    {"requestParameters.description", R"("requestParameters":{"description":"@"})"},
    {"requestParameters.tags.key", R"("requestParameters":{"tags":[{"key":"@","value":"x"}]})"},
    {"requestParameters.tags.value", R"("requestParameters":{"tags":[{"key":"x","value":"@"}]})"},
    {"requestParameters.tags", R"("requestParameters":{"tags":{"@":"x"}})"},
    {"requestParameters.policyDocument",
     R"("requestParameters":{"policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"@\",\"Effect\":\"Deny\",\"Action\":\"*\"}]}"})"},
    {"requestParameters.key", R"("requestParameters":{"bucketName":"b","key":"uploads/@.txt"})"},
    {"requestParameters.parameters.commands",
     R"("requestParameters":{"parameters":{"commands":["ls","echo @"]}})"},
    {"responseElements.user.path", R"("responseElements":{"user":{"path":"/@/"}})"},
    {"resources.ARN", R"("resources":[{"ARN":"arn:aws:s3:::bucket/@","type":"AWS::S3::Object"}])"},
    {"additionalEventData.note", R"("additionalEventData":{"note":"@"})"},
    {"serviceEventDetails.detail", R"("serviceEventDetails":{"detail":"@"})"},
};

// A record with `text`, escaped as JSON wants it, in one place.
inline std::string record_with(const Place& place, std::string_view json_text) {
  std::string member = place.member;
  member.replace(member.find('@'), 1, json_text);
  return R"({"eventVersion":"1.11","eventTime":"2026-11-16T11:57:25Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"eu-central-1",)" +
         member + R"(,"requestID":"36c0ca9c-f382-4060-8f02-83001b548c74","readOnly":false})";
}

// `text` between the quotes of a JSON string.
inline std::string as_json(std::string_view text) {
  const std::string quoted = boost::json::serialize(boost::json::string(text));
  return quoted.substr(1, quoted.size() - 2);
}

inline std::vector<Instruction> search(std::string record) {
  const std::size_t size = record.size();
  record.append(json::kPadding, '\0');
  json::StructuralIndex index;
  index.build(std::string_view(record).substr(0, size));
  return find_instructions(index, 0, index.text());
}

}  // namespace trailwarden::injection
