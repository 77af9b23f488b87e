#include "analyst/who.h"

#include <string_view>

#include "analyst/prose.h"

namespace trailwarden::analyst {
namespace {

// Titles have 80 characters for everything.
constexpr std::size_t kBriefMax = 32;

// What follows `marker` in `arn`, or empty.
std::string_view behind(std::string_view arn, std::string_view marker) {
  const std::size_t at = arn.find(marker);
  return at == std::string_view::npos ? std::string_view{} : arn.substr(at + marker.size());
}

Who role_session(std::string_view role_and_session) {
  const std::size_t slash = role_and_session.find('/');
  const std::string_view role = role_and_session.substr(0, slash);
  Who who{"Role " + named(role), "role " + named(role, kBriefMax)};
  if (slash != std::string_view::npos) {
    who.full += " (session " + named(role_and_session.substr(slash + 1)) + ")";
  }
  return who;
}

Who nobody(const triage::Case& found) {
  if (found.addresses.entries.empty()) return {"An unnamed caller", "an unnamed caller"};
  return {"An unnamed caller", named(found.addresses.entries.front().value, kBriefMax)};
}

}  // namespace

Who who_is(const triage::Case& found) {
  const std::string_view principal = found.principal;
  if (principal.empty()) return nobody(found);
  if (const auto session = behind(principal, ":assumed-role/"); !session.empty()) {
    return role_session(session);
  }
  if (const auto user = behind(principal, ":user/"); !user.empty()) {
    const std::string_view name = resource_name(principal);
    return {"IAM user " + named(name), "user " + named(name, kBriefMax)};
  }
  if (const auto name = behind(principal, ":federated-user/"); !name.empty()) {
    return {"Federated user " + named(name), "federated user " + named(name, kBriefMax)};
  }
  if (found.user_type == "Root" || principal.ends_with(":root")) {
    const std::string of = found.account.empty() ? "" : " of account " + named(found.account);
    return {"The root user" + of, "the root user"};
  }
  if (found.is_service) {
    return {"The AWS service " + named(principal), named(principal, kBriefMax)};
  }
  if (found.user_type == "AWSAccount") {
    return {"Principal " + named(principal) + " of another account",
            "principal " + named(principal, kBriefMax)};
  }
  return {"Identity " + named(principal), "identity " + named(principal, kBriefMax)};
}

}  // namespace trailwarden::analyst
