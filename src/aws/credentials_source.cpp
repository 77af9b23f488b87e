#include "aws/credentials_source.h"

#include <utility>

namespace trailwarden::aws {

tl::unexpected<Failure> no_credentials(std::string message) {
  Failure failure;
  failure.kind = Failure::Kind::Credentials;
  failure.message = std::move(message);
  return tl::unexpected(std::move(failure));
}

tl::unexpected<Failure> no_credentials(const net::Failure& failure) {
  auto result = no_credentials(failure.message);
  if (failure.kind == net::Failure::Kind::Cancelled) {
    result.value().kind = Failure::Kind::Cancelled;
  }
  return result;
}

}  // namespace trailwarden::aws
