#include "aws/endpoint.h"

#include <algorithm>
#include <array>
#include <string>

namespace trailwarden::aws {
namespace {

// The longer prefix first where one begins another.
constexpr std::array<Partition, 8> kPartitions = {{
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"},
    {"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"aws", "", "amazonaws.com", "api.aws"},
}};

// Which of a service's four names is wanted.
enum class Variant : std::uint8_t { Plain, Fips, DualStack, FipsDualStack };

Variant variant_of(const Settings& settings) {
  if (settings.fips) return settings.dual_stack ? Variant::FipsDualStack : Variant::Fips;
  return settings.dual_stack ? Variant::DualStack : Variant::Plain;
}

std::size_t index_of(Variant variant) { return static_cast<std::size_t>(variant); }

bool is_fips(Variant variant) {
  return variant == Variant::Fips || variant == Variant::FipsDualStack;
}

bool is_dual_stack(Variant variant) {
  return variant == Variant::DualStack || variant == Variant::FipsDualStack;
}

// IAM has one endpoint a partition.
struct GlobalEndpoint {
  std::string_view partition;
  std::string_view signing_region;
  std::array<std::string_view, 4> hosts;  // By Variant.
};

constexpr std::array<GlobalEndpoint, 8> kIam = {{
    {"aws",
     "us-east-1",
     {"iam.amazonaws.com", "iam-fips.amazonaws.com", "iam.global.api.aws",
      "iam-fips.global.api.aws"}},
    {"aws-cn",
     "cn-north-1",
     {"iam.cn-north-1.amazonaws.com.cn", "iam-fips.amazonaws.com.cn",
      "iam.global.api.amazonwebservices.com.cn", "iam-fips.api.amazonwebservices.com.cn"}},
    {"aws-us-gov",
     "us-gov-west-1",
     {"iam.us-gov.amazonaws.com", "iam.us-gov.amazonaws.com", "iam.us-gov.api.aws",
      "iam.us-gov.api.aws"}},
    {"aws-eusc",
     "eusc-de-east-1",
     {"iam.eusc-de-east-1.amazonaws.eu", "iam-fips.amazonaws.eu",
      "iam.global.api.amazonwebservices.eu", "iam-fips.api.amazonwebservices.eu"}},
    {"aws-iso",
     "us-iso-east-1",
     {"iam.us-iso-east-1.c2s.ic.gov", "iam-fips.us-iso-east-1.c2s.ic.gov", "iam.api.aws.ic.gov",
      "iam-fips.api.aws.ic.gov"}},
    {"aws-iso-b",
     "us-isob-east-1",
     {"iam.us-isob-east-1.sc2s.sgov.gov", "iam-fips.us-isob-east-1.sc2s.sgov.gov",
      "iam.api.aws.scloud", "iam-fips.api.aws.scloud"}},
    {"aws-iso-e",
     "eu-isoe-west-1",
     {"iam.eu-isoe-west-1.cloud.adc-e.uk", "iam-fips.cloud.adc-e.uk", "iam.api.cloud-aws.adc-e.uk",
      "iam-fips.api.cloud-aws.adc-e.uk"}},
    {"aws-iso-f",
     "us-isof-south-1",
     {"iam.us-isof-south-1.csp.hci.ic.gov", "iam-fips.csp.hci.ic.gov", "iam.api.aws.hci.ic.gov",
      "iam-fips.api.aws.hci.ic.gov"}},
}};

bool is_iam(const Service& service) { return service.host_prefix == "iam"; }

const GlobalEndpoint& iam_in(std::string_view region) {
  const std::string_view partition = partition_of(region).name;
  return *std::find_if(kIam.begin(), kIam.end(),
                       [&](const GlobalEndpoint& iam) { return iam.partition == partition; });
}

// Services whose plain name in GovCloud is the FIPS one already.
constexpr std::array<std::string_view, 9> kPlainIsFipsInGovCloud = {
    "cloudtrail", "sqs",        "sns",  "sts",           "dynamodb",
    "events",     "portal.sso", "oidc", "cloudformation"};

std::string fips_mark(std::string_view prefix, std::string_view region, const Partition& partition,
                      Variant variant) {
  if (partition.name == "aws-us-gov") {
    const bool by_plain_name =
        std::find(kPlainIsFipsInGovCloud.begin(), kPlainIsFipsInGovCloud.end(), prefix) !=
        kPlainIsFipsInGovCloud.end();
    if (by_plain_name && (variant == Variant::Fips || prefix == "events")) return "";
    if (prefix == "states" && variant == Variant::Fips && region == "us-gov-west-1") return "";
    if (prefix == "states" && variant == Variant::DualStack) return "-fips";
  }
  return is_fips(variant) ? "-fips" : "";
}

// S3 says "dualstack" in its ordinary names; Secrets Manager's ordinary names have IPv6 addresses
// themselves where they are older than the dual-stack suffix.
bool keeps_ordinary_suffix(std::string_view prefix, const Partition& partition, Variant variant) {
  if (prefix == "s3" || !is_dual_stack(variant)) return true;
  if (prefix != "secretsmanager") return false;
  return partition.name == "aws" || partition.name == "aws-us-gov" ||
         (partition.name == "aws-cn" && !is_fips(variant));
}

std::string regional_host(std::string_view prefix, std::string_view region,
                          const Partition& partition, Variant variant) {
  std::string host = std::string(prefix) + fips_mark(prefix, region, partition, variant);
  if (prefix == "s3" && is_dual_stack(variant)) host += ".dualstack";
  return host.append(".").append(region).append(".").append(
      keeps_ordinary_suffix(prefix, partition, variant) ? partition.dns_suffix
                                                        : partition.dual_stack_suffix);
}

bool is_region_name(std::string_view region) {
  return !region.empty() && region.size() <= 63 &&
         std::all_of(region.begin(), region.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// What may stand before ".s3.": one DNS label, for a certificate's "*" stands for no more.
bool is_host_label(std::string_view bucket) {
  return bucket.size() >= 3 && is_region_name(bucket) && bucket.front() != '-' &&
         bucket.back() != '-';
}

Result<void> check_bucket(std::string_view bucket) {
  if (bucket.starts_with("arn:")) {
    return fail(ErrorCode::Unsupported,
                "a bucket is named by its name, not by an ARN; an access point's alias is one");
  }
  if (bucket.ends_with("--x-s3")) {
    return fail(ErrorCode::Unsupported, "directory buckets (S3 Express) are not supported");
  }
  return {};
}

Result<Endpoint> users_endpoint(const Settings& settings, const Service& service,
                                const std::string& text) {
  const std::string who = "the endpoint URL set for " + std::string(service.id);
  if (settings.fips || settings.dual_stack) {
    return fail(ErrorCode::Usage, who + " cannot be used together with " +
                                      (settings.fips ? "FIPS" : "dual-stack") + " endpoints");
  }
  auto url = net::parse_url(text);
  if (!url) return fail(ErrorCode::Usage, who + " is none: " + url.error().message);
  Endpoint endpoint;
  endpoint.path_prefix = url->target.substr(0, url->target.find('?'));
  while (endpoint.path_prefix.ends_with('/')) endpoint.path_prefix.pop_back();
  endpoint.url = std::move(*url);
  endpoint.url.target = "/";
  return endpoint;
}

Endpoint at_host(std::string host) {
  Endpoint endpoint;
  endpoint.url = {"https", std::move(host), 443, "/"};
  return endpoint;
}

Endpoint aws_endpoint(const Service& service, std::string_view region, std::string_view bucket,
                      Variant variant) {
  if (is_iam(service)) return at_host(std::string(iam_in(region).hosts[index_of(variant)]));
  std::string host = regional_host(service.host_prefix, region, partition_of(region), variant);
  const bool bucket_in_host = service.host_prefix == "s3" && is_host_label(bucket);
  if (bucket_in_host) host = std::string(bucket) + "." + host;
  Endpoint endpoint = at_host(std::move(host));
  endpoint.bucket_in_host = bucket_in_host;
  return endpoint;
}

// IAM is the same everywhere, and S3 says itself in which region a bucket is.
bool has_default_region(const Service& service) {
  return is_iam(service) || service.host_prefix == "s3";
}

}  // namespace

const Partition& partition_of(std::string_view region) {
  return *std::find_if(kPartitions.begin(), kPartitions.end(), [&](const Partition& partition) {
    return region.starts_with(partition.region_prefix);
  });
}

Result<Endpoint> endpoint_for(const Settings& settings, const Service& service,
                              std::string_view region, std::string_view bucket) {
  if (region.empty()) region = settings.region;
  if (region.empty() && has_default_region(service)) region = "us-east-1";
  if (region.empty()) {
    return fail(ErrorCode::Usage,
                "no AWS region is set: use --region, AWS_REGION or the profile's region");
  }
  if (!is_region_name(region)) {
    return fail(ErrorCode::Usage, "the AWS region must be small letters, digits and hyphens");
  }
  TW_TRY(check_bucket(bucket));
  const Variant variant = variant_of(settings);
  const auto users = settings.endpoint_url(service.id);
  if (!users && service.host_prefix == "s3" && is_fips(variant) &&
      partition_of(region).name == "aws-cn") {
    return fail(ErrorCode::Usage, "S3 has no FIPS endpoints in China");
  }
  Endpoint endpoint = users ? TW_TRY(users_endpoint(settings, service, *users))
                            : aws_endpoint(service, region, bucket, variant);
  endpoint.signing_region = is_iam(service) ? iam_in(region).signing_region : region;
  endpoint.signing_name = service.signing_name;
  return endpoint;
}

}  // namespace trailwarden::aws
