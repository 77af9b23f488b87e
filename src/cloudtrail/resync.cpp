#include "cloudtrail/resync.h"

#include <algorithm>

namespace trailwarden::cloudtrail {
namespace {

// AWS writes eventVersion first; re-serialised logs are often sorted, so any may come first.
constexpr std::string_view kFirstNames[] = {
    // Records
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
    "additionalEventData", "apiVersion", "errorCode", "errorMessage", "eventCategory", "eventID",
    "eventType", "requestParameters", "@timestamp", "eventversion", "useridentity", "eventtime",
    "eventsource", "eventname", "awsregion",
    // Containers
    "Records", "Events", "Messages", "messageType", "version", "detail-type", "EventId", "Type",
    "messageId", "MessageId", "EventSource", "id"};

bool begins_known(std::string_view text) {
  text.remove_prefix(1);
  const std::size_t quote = text.find_first_not_of(" \t\r\n");
  if (quote == std::string_view::npos || text[quote] != '"') return false;
  text.remove_prefix(quote + 1);
  return std::any_of(std::begin(kFirstNames), std::end(kFirstNames), [&](std::string_view name) {
    return text.starts_with(name) && text.substr(name.size()).starts_with('"');
  });
}

}  // namespace

std::size_t find_beginning(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find('{', from); at != std::string_view::npos;
       at = text.find('{', at + 1)) {
    if (begins_known(text.substr(at, kBeginningBytesMax))) return at;
  }
  return std::string_view::npos;
}

std::size_t find_line_of_object(std::string_view text) {
  const std::size_t newline = text.find("\n{");
  return newline == std::string_view::npos ? newline : newline + 1;
}

}  // namespace trailwarden::cloudtrail
