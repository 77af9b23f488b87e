// Principals as people say them.
#pragma once

#include <string>
#include <string_view>

namespace trailwarden::digest {

// "arn:aws:iam::111122223333:role/ops/Deploy" → "role Deploy". What is no ARN of a user or a role
// stays as it is. Text from a log: not yet fit for a sentence.
std::string short_principal(std::string_view user);

// The same for a sentence: the name shortened, and in quotation marks where it could pass for ours.
std::string told_principal(std::string_view user);

}  // namespace trailwarden::digest
