#include "digest/principal.h"

#include <utility>

#include "analyst/prose.h"

namespace trailwarden::digest {
namespace {

// "role " and "Deploy"; the first is ours, the second the log's. Of other text it is all the log's.
std::pair<std::string_view, std::string_view> parts_of(std::string_view user) {
  const std::size_t slash = user.rfind('/');
  if (!user.starts_with("arn:") || slash == user.npos) return {"", user};
  const std::string_view name = user.substr(slash + 1);
  if (user.find(":user/") != user.npos) return {"user ", name};
  if (user.find(":role/") != user.npos) return {"role ", name};
  return {"", user};
}

}  // namespace

std::string short_principal(std::string_view user) {
  const auto [kind, name] = parts_of(user);
  return std::string(kind).append(name);
}

std::string told_principal(std::string_view user) {
  const auto [kind, name] = parts_of(user);
  return std::string(kind) + analyst::named(name);
}

}  // namespace trailwarden::digest
