// What Lambda hands a function: one event of EventBridge's, S3's or CloudTrail's, or a batch of
// messages from SQS or SNS, each of which succeeds or fails by itself; or the tick of a schedule.
// Source of fact: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", "… SNS", "… S3";
// Amazon EventBridge User Guide, "Creating a rule that runs on a schedule".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trailwarden::lambda {

struct Item {
  std::string id;    // SQS's messageId: names it in a partial failure. Empty otherwise.
  std::string body;  // As source::read_notification takes it.
};

struct Payload {
  // Whether the answer tells which items failed; else one failure fails all.
  bool is_sqs = false;
  // EventBridge's clock: no event, but an occasion to send what is left to be sent.
  bool is_schedule = false;
  std::vector<Item> items;
};

// Error: Decode, no JSON object.
Result<Payload> read_payload(std::string_view json);

// {"batchItemFailures":[{"itemIdentifier":"…"}]}: the answer to a batch from SQS.
std::string batch_answer(const std::vector<std::string>& failed_ids);

}  // namespace trailwarden::lambda
