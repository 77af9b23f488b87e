#include "match/network.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <string>

namespace trailwarden::match {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<IpAddress> parse_v4(std::string_view text) {
  IpAddress address;
  std::size_t at = 0;
  for (std::size_t part = 0; part < 4; ++part) {
    if (part > 0 && (at == text.size() || text[at++] != '.')) return std::nullopt;
    const std::size_t begin = at;
    unsigned number = 0;
    while (at < text.size() && is_digit(text[at]) && at - begin < 4) {
      number = number * 10 + static_cast<unsigned>(text[at++] - '0');
    }
    const std::size_t digits = at - begin;
    if (digits == 0 || number > 255 || (digits > 1 && text[begin] == '0')) return std::nullopt;
    address.bytes[part] = static_cast<std::uint8_t>(number);
  }
  if (at != text.size()) return std::nullopt;
  return address;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated || text.find('\0') != text.npos) return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';
  IpAddress address{IpAddress::Family::V6, {}};
  if (inet_pton(AF_INET6, terminated, address.bytes.data()) != 1) return std::nullopt;
  return address;
}

}  // namespace

std::optional<IpAddress> parse_address(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  if (is_digit(text[0])) {
    if (auto v4 = parse_v4(text)) return v4;
  }
  // Service names ("ec2.amazonaws.com") are the common other case: they hold no colon early on.
  if (text.substr(0, 5).find(':') == text.npos) return std::nullopt;
  return parse_v6(text);
}

Result<Network> Network::parse(std::string_view cidr) {
  const std::size_t slash = cidr.find('/');
  if (slash == cidr.npos) {
    return fail(ErrorCode::Syntax, "a network is written address/bits, such as 10.0.0.0/8");
  }
  const auto base = parse_address(cidr.substr(0, slash));
  if (!base) {
    return fail(ErrorCode::Syntax, "'" + std::string(cidr.substr(0, slash)) + "' is no IP address");
  }
  const std::string_view digits = cidr.substr(slash + 1);
  const unsigned bits_max = base->family == IpAddress::Family::V4 ? 32 : 128;
  unsigned bits = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (fault != std::errc{} || end != digits.data() + digits.size() || bits > bits_max) {
    return fail(ErrorCode::Syntax,
                "a network of this family has 0 to " + std::to_string(bits_max) + " bits");
  }
  Network network;
  network.base_ = *base;
  network.bits_ = bits;
  return network;
}

bool Network::contains(std::string_view text) const {
  const auto address = parse_address(text);
  if (!address || address->family != base_.family) return false;
  const unsigned whole = bits_ / 8;
  if (std::memcmp(address->bytes.data(), base_.bytes.data(), whole) != 0) return false;
  if (bits_ % 8 == 0) return true;
  const unsigned shift = 8 - bits_ % 8;
  return address->bytes[whole] >> shift == base_.bytes[whole] >> shift;
}

}  // namespace trailwarden::match
