#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "net/http.h"

namespace trailwarden::net {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::uint16_t port_of(std::string_view scheme) {
  return scheme == "https" ? kHttpsPort : kHttpPort;
}

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

// What names of hosts are made of in practice: letters, digits, and the underscore of old buckets.
// Stricter than RFC 3986 on purpose: every other character means something to somebody on the way.
bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

// With a label before the first dot, and between any two.
bool is_host(std::string_view text) {
  return !text.starts_with('.') && text.find("..") == text.npos &&
         std::all_of(text.begin(), text.end(), is_host_character);
}

bool is_ipv6(const std::string& text) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

struct Authority {
  std::string host;
  std::string_view port;  // Without its colon; empty: the scheme's.
};

Result<Authority> parse_bracketed(std::string_view text) {
  const std::size_t close = text.find(']');
  if (close == text.npos) return fail(ErrorCode::Syntax, "a URL's [address lacks its ]");
  const std::string_view port = text.substr(close + 1);
  if (!port.empty() && port.front() != ':') {
    return fail(ErrorCode::Syntax, "only a :port may follow a URL's [address]");
  }
  Authority result{ascii_lower(text.substr(1, close - 1)), port.substr(port.empty() ? 0 : 1)};
  if (!is_ipv6(result.host)) {
    return fail(ErrorCode::Syntax, "only an IPv6 address stands in brackets");
  }
  return result;
}

Result<Authority> parse_authority(std::string_view text) {
  if (text.find('@') != text.npos) {
    return fail(ErrorCode::Syntax, "a URL must not hold a user name or password");
  }
  if (text.starts_with('[')) return parse_bracketed(text);
  const std::size_t colon = std::min(text.find(':'), text.size());
  Authority result{ascii_lower(text.substr(0, colon)),
                   text.substr(std::min(colon + 1, text.size()))};
  if (result.host.empty()) return fail(ErrorCode::Syntax, "a URL must name a host");
  if (!is_host(result.host)) {
    return fail(ErrorCode::Syntax,
                "a URL's host is made of letters, digits, '-' and '_', with single dots between");
  }
  return result;
}

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) {
    return fail(ErrorCode::Syntax, "a URL's port must be a number from 1 to 65535");
  }
  return port;
}

}  // namespace

std::string Url::authority() const {
  const bool is_bracketed = host.find(':') != std::string::npos;
  std::string result = is_bracketed ? "[" + host + "]" : host;
  if (port != port_of(scheme)) result += ":" + std::to_string(port);
  return result;
}

Result<Url> parse_url(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_visible)) {
    return fail(ErrorCode::Syntax, "a URL holds printable ASCII only, without spaces");
  }
  const std::size_t colon = text.find("://");
  Url url;
  url.scheme = colon == text.npos ? "" : ascii_lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") {
    return fail(ErrorCode::Syntax, "a URL must begin with http:// or https://");
  }
  std::string_view rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  Authority authority = TW_TRY(parse_authority(rest.substr(0, path)));
  url.host = std::move(authority.host);
  url.port = authority.port.empty() ? port_of(url.scheme) : TW_TRY(parse_port(authority.port));
  const std::string_view target = rest.substr(path);
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return url;
}

}  // namespace trailwarden::net
