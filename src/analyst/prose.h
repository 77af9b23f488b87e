// Small pieces of English: names, lists, times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trailwarden::analyst {

// A name from a log, shortened: as it is where it holds only what AWS names hold, else written out
// in quotation marks, so that it cannot pass for a part of our sentence.
std::string named(std::string_view text, std::size_t characters_max = 60);

// The name inside an ARN: "arn:aws:iam::1:role/ops/Deploy" → "Deploy". Other text as it is.
std::string_view resource_name(std::string_view arn);

// The service of a source: "iam.amazonaws.com" → "iam".
std::string_view service_of(std::string_view source);

// "a", "a and b", "a, b and c"; `last_joint` stands before the last.
std::string listed(const std::vector<std::string>& items, std::string_view last_joint = " and ");

// "a key", "an MFA device"
std::string with_article(std::string_view noun);

// "at 02:11 UTC on 3 March 2026", "between 02:11 and 02:26 UTC on 3 March 2026", or with both days;
// empty where a time is missing.
std::string time_span(std::optional<std::int64_t> first, std::optional<std::int64_t> last);

// "3 calls", "1 call"
std::string counted(std::uint64_t number, std::string_view noun);

// With its first letter (ASCII) in upper case.
std::string capitalised(std::string text);

}  // namespace trailwarden::analyst
