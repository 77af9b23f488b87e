// Services and their operations as tables: what the request code and the tests against botocore's
// models both read. One table an operation; no request is built by hand anywhere.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace trailwarden::aws {

enum class Protocol : std::uint8_t { Json, RestJson, RestXml, Query };

struct Service {
  std::string_view id;            // In AWS_ENDPOINT_URL_<id> and in messages: "S3", "SQS".
  std::string_view model;         // botocore's name of it: "s3", "bedrock-runtime".
  std::string_view host_prefix;   // "s3", "events".
  std::string_view signing_name;  // "s3", "bedrock".
  Protocol protocol;
  std::string_view json_version{};   // Json: "1.0" or "1.1".
  std::string_view target_prefix{};  // Json: "AmazonSQS".
  std::string_view api_version{};    // Query: "2011-06-15".
};

enum class Type : std::uint8_t {
  String,
  Integer,
  Boolean,
  Double,
  Timestamp,  // In calls: seconds since 1970, a number (in answers always a double).
  Blob,       // In calls: a string of bytes.
  Structure,
  List,
  Map,   // Of strings to `element`.
  Json,  // Any JSON, passed on as it is (Bedrock's documents).
};

// Where a member travels.
enum class Place : std::uint8_t {
  Body,
  Path,  // Fills {name} or {name+} of the operation's path.
  Query,
  Header,
  Headers,  // A map: a header field each, their names prefixed with `wire`.
  Payload,  // Is the whole body.
};

struct Member;

struct Shape {
  Type type;
  std::span<const Member> members{};  // Structure.
  const Shape* element = nullptr;     // List, Map.
  std::string_view element_name{};    // List: on the wire where it is not "member".
  bool flattened = false;             // List and Map: elements stand in the structure itself.
  std::string_view key_name{};        // Map: on the wire where they are not "key" and "value".
  std::string_view value_name{};
};

struct Member {
  std::string_view name;  // As the API Reference has it.
  const Shape* shape;
  // In: the service refuses a call without it. Out: an answer without it is Unreadable.
  bool required = false;
  Place place = Place::Body;
  std::string_view wire{};  // Its name on the wire where that differs.
  // RestXml, Payload: the namespace of the body's root element.
  std::string_view xml_namespace{};
};

// The shapes that need no more words.
inline constexpr Shape kString{Type::String};
inline constexpr Shape kInteger{Type::Integer};
inline constexpr Shape kBoolean{Type::Boolean};
inline constexpr Shape kDouble{Type::Double};
inline constexpr Shape kTimestamp{Type::Timestamp};
inline constexpr Shape kBlob{Type::Blob};
inline constexpr Shape kJson{Type::Json};
inline constexpr Shape kNothing{Type::Structure};  // No members: empty inputs and answers.
inline constexpr Shape kStrings{.type = Type::List, .element = &kString};

struct Operation {
  const Service* service;
  std::string_view name;
  std::string_view method;  // "POST"
  std::string_view path;    // "/", "/{Bucket}/{Key+}", "/{Bucket}?list-type=2"
  const Shape* input;
  const Shape* output;  // Only what is read of it.
  bool is_signed = true;
  // Whether doing it twice is as good as once, so that it may be tried again after it was sent.
  bool idempotent = true;
};

}  // namespace trailwarden::aws
