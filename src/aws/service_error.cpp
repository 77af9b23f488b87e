#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "aws/protocol.h"
#include "aws/scalar.h"
#include "aws/xml.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;

constexpr std::size_t kErrorWithinBytes = 4096;

std::string field(const net::Response& response, std::string_view name) {
  const std::string* value = response.header(name);
  return value == nullptr ? std::string() : *value;
}

// HEAD has no body: the status is all there is.
std::string name_of_status(unsigned status) {
  switch (status) {
    case 301:
      return "PermanentRedirect";
    case 307:
      return "TemporaryRedirect";
    case 304:
      return "NotModified";
    case 400:
      return "BadRequest";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 412:
      return "PreconditionFailed";
    case 416:
      return "InvalidRange";
    case 429:
      return "TooManyRequests";
    case 500:
      return "InternalError";
    case 503:
      return "ServiceUnavailable";
    default:
      return "HTTP" + std::to_string(status);
  }
}

std::string first_text(const json::object& body, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const json::value* value = body.if_contains(name);
    if (value != nullptr && value->is_string()) return std::string(view(value->get_string()));
  }
  return {};
}

// "com.amazonaws.sqs#QueueDoesNotExist" and "ThrottlingException:http://…": the name alone.
std::string bare_code(std::string code) {
  if (const auto hash = code.find('#'); hash != code.npos) code.erase(0, hash + 1);
  code.resize(std::min(code.find_first_of(":;"), code.size()));
  return code;
}

void read_reasons(const json::object& body, ServiceError& error) {
  const json::value* reasons = body.if_contains("CancellationReasons");
  if (reasons == nullptr || !reasons->is_array()) return;
  for (const json::value& reason : reasons->get_array()) {
    const json::object* one = reason.if_object();
    error.reasons.push_back(one == nullptr ? std::string() : first_text(*one, {"Code"}));
  }
}

void read_json_error(const net::Response& response, ServiceError& error) {
  error.code = bare_code(field(response, "x-amzn-errortype"));
  json::error_code failed;
  const json::value parsed = json::parse({response.body.data(), response.body.size()}, failed);
  if (failed || !parsed.is_object()) return;
  const json::object& body = parsed.get_object();
  if (error.code.empty()) error.code = bare_code(first_text(body, {"__type", "code", "Code"}));
  error.message = first_text(body, {"message", "Message", "errorMessage"});
  read_reasons(body, error);
}

std::string child_text(const XmlElement& element, std::string_view name) {
  const XmlElement* child = element.child(name);
  return child == nullptr ? std::string() : child->text;
}

// Query: <ErrorResponse><Error><Code/>…</Error><RequestId/></ErrorResponse>; S3: <Error> itself;
// EC2's form of it, which front ends use as well, has <Errors> around.
void read_xml_error(const net::Response& response, ServiceError& error) {
  const auto root = parse_xml(response.body);
  if (!root) return;
  const XmlElement* several = root->child("Errors");
  const XmlElement* wrapped = (several == nullptr ? &*root : several)->child("Error");
  const XmlElement& element = wrapped == nullptr ? *root : *wrapped;
  error.code = child_text(element, "Code");
  error.message = child_text(element, "Message");
  error.region = child_text(element, "Region");
  error.request_id = child_text(*root, "RequestId");
}

}  // namespace

ServiceError read_error(const Service& service, const net::Response& response) {
  ServiceError error;
  const bool is_json = service.protocol == Protocol::Json || service.protocol == Protocol::RestJson;
  if (is_json) read_json_error(response, error);
  // What stands in front of a JSON service may answer in XML as well.
  if (error.code.empty()) read_xml_error(response, error);
  if (error.code.empty()) error.code = name_of_status(response.status);
  if (error.request_id.empty()) error.request_id = request_id_of(response);
  if (const std::string region = field(response, "x-amz-bucket-region"); !region.empty()) {
    error.region = region;
  }
  return error;
}

std::string request_id_of(const net::Response& response) {
  const std::string id = field(response, "x-amzn-requestid");
  return id.empty() ? field(response, "x-amz-request-id") : id;
}

bool is_error_in_success(const Operation& operation, const net::Response& response) {
  if (operation.service->protocol != Protocol::RestXml || response.body.empty()) return false;
  for (const Member& member : operation.output->members) {
    if (member.place == Place::Payload) return false;
  }
  // A list page is not read twice for it: whitespace may stand in front, nothing longer.
  if (std::string_view(response.body).substr(0, kErrorWithinBytes).find("<Error") ==
      std::string_view::npos)
    return false;
  const auto root = parse_xml(response.body);
  return root.has_value() && root->name == "Error";
}

}  // namespace trailwarden::aws
