// IP literals and networks: RFC 4291 section 2.2, dotted decimal.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace trailwarden::match {

struct IpAddress {
  enum class Family : std::uint8_t { V4, V6 } family = Family::V4;
  std::array<std::uint8_t, 16> bytes{};  // V4: the first four.
};

// Strict: four decimal numbers without leading zeros, or IPv6 text without a zone. An IPv4-mapped
// IPv6 address stays an IPv6 address.
std::optional<IpAddress> parse_address(std::string_view text);

// "10.0.0.0/8", "2001:db8::/32". Host bits are ignored. A network holds addresses of its own
// family only.
class Network {
 public:
  // Error: not an address, not one slash, or more bits than the family has.
  static Result<Network> parse(std::string_view cidr);

  // Whether `text` is an IP literal inside this network.
  bool contains(std::string_view text) const;

 private:
  IpAddress base_;
  unsigned bits_ = 0;
};

}  // namespace trailwarden::match
