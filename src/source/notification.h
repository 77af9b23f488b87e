// What the body of a queue's message says: where log files are, or an event itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trailwarden::source {

struct ObjectRef {
  std::string bucket;
  std::string key;  // Decoded: the bytes that name the object.
};

struct Notification {
  enum class Kind : std::uint8_t {
    Objects,  // `objects` have arrived, at least one.
    Events,   // `text` is an event, a record or a list of records.
    Nothing,  // Well formed, and no log comes with it: a test, a deletion, a digest file.
    Unknown,  // None of the kinds.
  } kind = Kind::Unknown;
  std::vector<ObjectRef> objects{};
  std::string text{};
  std::string reason{};  // Nothing, Unknown: why, in one clause. No part of the body.
};

// Tells the kinds in this order: an SNS envelope, whose Message is then read in its place; S3's own
// notification (keys are form-encoded there); an EventBridge event, be it S3's "Object Created"
// (keys are plain there); CloudTrail's own announcement to SNS (plain keys); the tests that S3 and
// CloudTrail send when they are set up; a bare CloudTrail record or list of them, as an EventBridge
// rule leaves it that passes on `$.detail` only. Sources of fact: Amazon S3 User Guide, "Event
// message structure"; Amazon SNS Developer Guide, "Parsing Amazon SNS message formats"; CloudTrail
// User Guide, "Configuring CloudTrail to use Amazon SNS". Tested by notification_test.cpp,
// notification_fuzz.cpp.
Notification read_notification(std::string_view body);

// "a+b%20c" is "a b c". Error in the encoding: false, and `decoded` means nothing.
bool decode_form(std::string_view encoded, std::string& decoded);

}  // namespace trailwarden::source
