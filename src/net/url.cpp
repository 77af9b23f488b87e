#include <algorithm>
#include <charconv>

#include "net/http.h"

namespace trailwarden::net {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::uint16_t port_of(std::string_view scheme) {
  return scheme == "https" ? kHttpsPort : kHttpPort;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

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
  const bool is_ipv6 = host.find(':') != std::string::npos;
  std::string result = is_ipv6 ? "[" + host + "]" : host;
  if (port != port_of(scheme)) result += ":" + std::to_string(port);
  return result;
}

Result<Url> parse_url(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_visible)) {
    return fail(ErrorCode::Syntax, "a URL holds printable ASCII only, without spaces");
  }
  const std::size_t colon = text.find("://");
  Url url;
  url.scheme = colon == text.npos ? "" : lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") {
    return fail(ErrorCode::Syntax, "a URL must begin with http:// or https://");
  }
  std::string_view rest = text.substr(colon + 3);
  const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, path);
  if (authority.find('@') != authority.npos) {
    return fail(ErrorCode::Syntax, "a URL must not hold a user name or password");
  }
  const std::string_view target = rest.substr(path, rest.find('#') - path);
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);

  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == authority.npos) return fail(ErrorCode::Syntax, "a URL's [address lacks its ]");
    url.host = lower(authority.substr(1, close - 1));
    port = authority.substr(close + 1);
    if (!port.empty() && port.front() != ':') {
      return fail(ErrorCode::Syntax, "only a :port may follow a URL's [address]");
    }
  } else {
    const std::size_t mark = std::min(authority.find(':'), authority.size());
    url.host = lower(authority.substr(0, mark));
    port = authority.substr(mark);
  }
  if (url.host.empty()) return fail(ErrorCode::Syntax, "a URL must name a host");
  url.port = port.size() <= 1 ? port_of(url.scheme) : TW_TRY(parse_port(port.substr(1)));
  return url;
}

}  // namespace trailwarden::net
