// Where a service is reached in a region, and as what its requests are signed there. Source of
// fact: botocore's endpoint rule sets and partitions.json, with which tests/aws compares every row.
#pragma once

#include <string>
#include <string_view>

#include "aws/operation.h"
#include "aws/settings.h"
#include "base/result.h"
#include "net/http.h"

namespace trailwarden::aws {

// A family of regions with names and identities of its own.
struct Partition {
  std::string_view name;  // As ARNs begin: "aws", "aws-cn", "aws-us-gov".
  std::string_view region_prefix;
  std::string_view dns_suffix;
  std::string_view dual_stack_suffix;
};

// The partition that `region` belongs to; a region that nobody knows yet is taken for one of "aws".
const Partition& partition_of(std::string_view region);

struct Endpoint {
  net::Url url;             // Its target is "/".
  std::string path_prefix;  // What stands before every path: that of the endpoint the user set.
  std::string signing_region;
  std::string signing_name;
  bool bucket_in_host = false;  // S3, with a bucket: false means path-style, "/bucket/key".
};

// `region`: where it is empty, the settings' own. A bucket goes into the host's name where TLS
// certificates and DNS allow that, and the endpoint is AWS's own. Errors: no region, or one that is
// no name; FIPS or dual-stack where a partition has none, or together with an endpoint_url; an
// endpoint_url that is no URL; a bucket that is an ARN.
Result<Endpoint> endpoint_for(const Settings& settings, const Service& service,
                              std::string_view region, std::string_view bucket = {});

}  // namespace trailwarden::aws
