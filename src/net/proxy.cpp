#include "net/proxy.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/ascii.h"
#include "net/wire.h"

namespace trailwarden::net {
namespace {

constexpr std::string_view kBlanks = ", \t";

std::string decode_percent(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(&text[i + 1], &text[i + 3], value, 16).ptr == &text[i + 3]) {
      result += static_cast<char>(value);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string encode_base64(std::string_view text) {
  std::vector<unsigned char> encoded(4 * ((text.size() + 2) / 3) + 1);
  const int size =
      EVP_EncodeBlock(encoded.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  return {encoded.begin(), encoded.begin() + size};
}

// "user:password" of a URL's authority, as the value of a Basic authorization (RFC 7617).
std::string basic_authorization(std::string_view user_info) {
  const std::size_t colon = std::min(user_info.find(':'), user_info.size());
  const std::string user = decode_percent(user_info.substr(0, colon));
  const std::string password =
      colon < user_info.size() ? decode_percent(user_info.substr(colon + 1)) : "";
  return "Basic " + encode_base64(user + ":" + password);
}

tl::unexpected<Failure> unusable(std::string_view scheme, const std::string& why) {
  return tl::unexpected(Failure{Failure::Kind::Connect, false,
                                "the proxy for " + std::string(scheme) + " is unusable: " + why});
}

Outcome<Proxy> read_proxy(std::string_view scheme, std::string_view text) {
  const std::size_t mark = text.find("://");
  const std::string prefix(mark == text.npos ? "http://" : text.substr(0, mark + 3));
  std::string_view rest = mark == text.npos ? text : text.substr(mark + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  Proxy proxy;
  const std::size_t at = rest.rfind('@');
  if (at != rest.npos) {
    proxy.authorization = basic_authorization(rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  auto url = parse_url(prefix + std::string(rest));
  if (!url) return unusable(scheme, url.error().message);
  if (url->scheme != "http") return unusable(scheme, "only http:// proxies are supported");
  proxy.host = url->host;
  proxy.port = url->port;
  return proxy;
}

bool entry_matches(std::string_view entry, const Url& url) {
  if (entry == "*") return true;
  // A colon is a port's unless it is one of several outside of brackets: then it is an address.
  const std::size_t colon = entry.rfind(':');
  const bool is_bare_ipv6 = !entry.starts_with('[') && entry.find(':') != colon;
  if (colon != entry.npos && !is_bare_ipv6 && !entry.ends_with(']')) {
    if (entry.substr(colon + 1) != std::to_string(url.port)) return false;
    entry = entry.substr(0, colon);
  }
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty() || url.host.size() < entry.size()) return false;
  const std::size_t before = url.host.size() - entry.size();
  return equal_ignoring_case(std::string_view(url.host).substr(before), entry) &&
         (before == 0 || url.host[before - 1] == '.');
}

}  // namespace

std::string Proxy::authority() const {
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" +
         std::to_string(port);
}

bool is_exempt(const Url& url, std::string_view no_proxy) {
  while (!no_proxy.empty()) {
    const std::size_t begin = std::min(no_proxy.find_first_not_of(kBlanks), no_proxy.size());
    no_proxy.remove_prefix(begin);
    const std::size_t end = std::min(no_proxy.find_first_of(kBlanks), no_proxy.size());
    if (end > 0 && entry_matches(no_proxy.substr(0, end), url)) return true;
    no_proxy.remove_prefix(end);
  }
  return false;
}

Outcome<std::optional<Proxy>> proxy_for(const Url& url, const Route& route) {
  const std::string& text = url.scheme == "https" ? route.https_proxy : route.http_proxy;
  if (text.empty() || is_exempt(url, route.no_proxy)) return std::nullopt;
  auto proxy = read_proxy(url.scheme, text);
  if (!proxy) return tl::unexpected(std::move(proxy).error());
  return *std::move(proxy);
}

}  // namespace trailwarden::net
