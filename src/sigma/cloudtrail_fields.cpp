#include "sigma/cloudtrail_fields.h"

#include <algorithm>

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

}  // namespace

std::string field_name_problem(std::string_view path) {
  if (path.empty()) return {};
  const std::string_view name = path.substr(0, path.find('.'));
  if (std::ranges::find(kTopLevelFields, name) != std::end(kTopLevelFields)) return {};
  std::string problem = "CloudTrail records have no field '" + std::string(name) + "'";
  const std::string_view near = closest(name, kTopLevelFields);
  if (!near.empty()) problem += ", try '" + std::string(near) + "' (letter case counts)";
  return problem;
}

}  // namespace trailwarden::sigma
