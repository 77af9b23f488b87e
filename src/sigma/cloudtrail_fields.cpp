#include "sigma/cloudtrail_fields.h"

#include <algorithm>
#include <span>

#include "sigma/suggest.h"

namespace trailwarden::sigma {
namespace {

// AWS CloudTrail User Guide, "CloudTrail record contents" (event version 1.11), and "Insights".
constexpr std::string_view kTopLevelFields[] = {
    "additionalEventData",
    "addendum",
    "apiVersion",
    "awsRegion",
    "edgeDeviceDetails",
    "errorCode",
    "errorMessage",
    "eventCategory",
    "eventContext",
    "eventID",
    "eventName",
    "eventSource",
    "eventTime",
    "eventType",
    "eventVersion",
    "insightDetails",
    "managementEvent",
    "readOnly",
    "recipientAccountId",
    "requestID",
    "requestParameters",
    "resources",
    "responseElements",
    "serviceEventDetails",
    "sessionCredentialFromConsole",
    "sharedEventID",
    "sourceIPAddress",
    "tlsDetails",
    "userAgent",
    "userIdentity",
    "vpcEndpointAccountId",
    "vpcEndpointId",
};

// injection/fields.h fills them.
constexpr std::string_view kMadeUpFields[] = {
    "trailwarden.instruction.aim",
    "trailwarden.instruction.field",
    "trailwarden.instruction.form",
    "trailwarden.instruction.text",
};

// Empty if `name` is among `known`.
std::string unknown_name(std::string problem, std::string_view name,
                         std::span<const std::string_view> known) {
  if (std::ranges::find(known, name) != known.end()) return {};
  problem += " '" + std::string(name) + "'";
  const std::string_view near = closest(name, known);
  if (!near.empty()) problem += ", try '" + std::string(near) + "' (letter case counts)";
  return problem;
}

}  // namespace

std::string field_name_problem(std::string_view path) {
  if (path.empty()) return {};
  if (path.starts_with(kMadeUpPrefix)) {
    return unknown_name("Trailwarden makes up no field", path, kMadeUpFields);
  }
  return unknown_name("CloudTrail records have no field", path.substr(0, path.find('.')),
                      kTopLevelFields);
}

}  // namespace trailwarden::sigma
