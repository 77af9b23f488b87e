// Source of fact: AWS CloudTrail User Guide, "Viewing CloudTrail events in the console"; Amazon S3
// User Guide, "Accessing an Amazon S3 general purpose bucket" (the console's own links); the
// consoles of the partitions: console.aws.amazon.com, console.amazonaws.cn,
// console.amazonaws-us-gov.com.
#include <algorithm>

#include "aws/endpoint.h"
#include "aws/sigv4.h"
#include "base/ascii.h"
#include "sink/notice.h"

namespace trailwarden::sink {
namespace {

// A UUID, as CloudTrail gives event ids. Anything else was put there by somebody.
bool is_event_id(std::string_view id) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return id.size() == kForm.size() &&
         std::equal(id.begin(), id.end(), kForm.begin(),
                    [](char c, char form) { return form == '-' ? c == '-' : hex_value(c) >= 0; });
}

// "eu-central-1", "us-gov-west-1", "us-iso-east-1".
bool is_region(std::string_view region) {
  if (region.size() < 7 || region.size() > 24) return false;
  const bool good = std::all_of(region.begin(), region.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  const char last = region.back();
  return good && std::count(region.begin(), region.end(), '-') >= 2 && last >= '0' && last <= '9';
}

std::string_view console_of(std::string_view region) {
  const std::string_view partition = aws::partition_of(region).name;
  if (partition == "aws") return "console.aws.amazon.com";
  if (partition == "aws-cn") return "console.amazonaws.cn";
  if (partition == "aws-us-gov") return "console.amazonaws-us-gov.com";
  return {};  // The consoles of the isolated partitions have no public names.
}

}  // namespace

std::string console_url(std::string_view event_id, std::string_view region) {
  if (!is_event_id(event_id) || !is_region(region)) return {};
  const std::string_view console = console_of(region);
  if (console.empty()) return {};
  const std::string name(region);
  return "https://" + name + "." + std::string(console) + "/cloudtrailv2/home?region=" + name +
         "#/events/" + std::string(event_id);
}

std::string object_console_url(std::string_view bucket, std::string_view key,
                               std::string_view region) {
  if (!is_region(region)) return {};
  const std::string_view console = console_of(region);
  if (console.empty()) return {};
  const std::string name(region);
  return "https://" + name + "." + std::string(console) + "/s3/object/" +
         aws::percent_encode(bucket) + "?region=" + name +
         "&prefix=" + aws::percent_encode(key, true);
}

}  // namespace trailwarden::sink
