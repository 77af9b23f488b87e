// What calls of the AWS API are in English.
#pragma once

#include <span>
#include <string_view>

namespace trailwarden::analyst {

// One call in words: "create" / "created", "access key" / "access keys", "for" (whom). Where
// `many` is empty the thing cannot be counted; where `preposition` is empty the target is the
// thing's own name ("the secret prod/db").
struct Action {
  std::string_view event_name;
  std::string_view infinitive;
  std::string_view past;
  std::string_view one;
  std::string_view many;
  std::string_view preposition;
  std::string_view headline;  // "access key created"; empty: the rule's title says more.
};

// The words for a call, or nullptr. An API date at the end of the name
// (UpdateFunctionCode20150331v2) does not count.
const Action* find_action(std::string_view event_name);

// The whole table, in order of the names.
std::span<const Action> all_actions();

}  // namespace trailwarden::analyst
