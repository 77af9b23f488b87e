// Between calls and HTTP: writes an operation's input as its service's protocol wants it, reads the
// answer and the errors. No signature, no endpoint, no network here.
// Source of fact: Smithy's AWS protocols (awsJson 1.0 and 1.1, awsQuery, restJson1, restXml).
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/operation.h"
#include "base/result.h"
#include "net/http.h"

namespace trailwarden::aws {

// A request without its host: what the protocol decides.
struct WireRequest {
  std::string method;
  std::string path;   // Encoded for the wire; S3's begins with "/BUCKET".
  std::string query;  // Encoded, without "?"; may be empty.
  std::vector<net::Header> headers;
  std::string body;
};

// Error: Usage, when `input` has a member that the table does not know or of another type, lacks
// one that is required, or has an empty one that belongs into the path.
Result<WireRequest> encode(const Operation& operation, const boost::json::object& input);

// Reads a 2xx answer by the operation's output shape: members that the table does not know are
// passed over. Error: Decode, when the answer is not of the protocol, a member has another type
// than the table says, or one that is required is missing.
Result<boost::json::object> decode(const Operation& operation, net::Response response);

struct ServiceError {
  std::string code;  // "NoSuchKey"; the status' name where the answer has no code ("NotFound").
  std::string message;
  std::string request_id;
  std::string region;                // S3: where the bucket is, when the answer says so.
  std::vector<std::string> reasons;  // Failure::reasons.
};

// What an answer of status 300 and above says. Never fails: what cannot be read is named by its
// status.
ServiceError read_error(const Service& service, const net::Response& response);

// What AWS's support asks for; empty where the answer has none.
std::string request_id_of(const net::Response& response);

// S3 answers some calls with status 200 and begins a body that turns out to be an error.
bool is_error_in_success(const Operation& operation, const net::Response& response);

}  // namespace trailwarden::aws
