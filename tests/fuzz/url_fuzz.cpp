// A URL that can be read holds nothing that could break a request's head, and reads the same when
// it is put together again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http.h"
#include "net/proxy.h"

namespace {

using namespace trailwarden::net;

bool is_safe(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c >= '\x7f') return false;
  }
  return !text.empty();
}

void check(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto url = parse_url(text);
  if (!url) {
    check(!url.error().message.empty());
  } else {
    check(is_safe(url->host) && is_safe(url->target) && url->target.front() == '/');
    check(url->port != 0 && url->host.find_first_of("/?#@[]") == std::string::npos);
    const auto again = parse_url(url->scheme + "://" + url->authority() + url->target);
    check(again.has_value() && again->scheme == url->scheme && again->host == url->host &&
          again->port == url->port && again->target == url->target);
    check(is_exempt(*url, "*") && is_exempt(*url, url->host) && !is_exempt(*url, ""));
  }
  // As a proxy and as NO_PROXY it may be anything, and must only not crash.
  const Url plain{"http", "a.test", 80, "/"};
  (void)proxy_for(plain, {.http_proxy = std::string(text)});
  (void)is_exempt(plain, text);
  return 0;
}
