// Any bytes as a response: no crash, no hang, every bound kept; and how they were cut into pieces
// on the way must make no difference.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/exchange.h"

namespace {

using namespace trailwarden::net;

constexpr std::size_t kBodyMax = 1'000;

// Hands out `text` in pieces, then the end.
class Replay final : public Transport {
 public:
  Replay(std::string_view text, std::size_t piece) : text_(text), piece_(piece) {}

  Outcome<std::size_t> read_some(std::span<char> to, const Wait&) override {
    const std::size_t size = std::min({to.size(), piece_, text_.size()});
    std::copy_n(text_.begin(), size, to.begin());
    text_.remove_prefix(size);
    return size;
  }
  Outcome<std::size_t> write_some(std::string_view bytes, const Wait&) override {
    return bytes.size();
  }
  bool is_idle() override { return false; }

 private:
  std::string_view text_;
  std::size_t piece_;
};

struct Result {
  Outcome<Response> response;
  bool is_reusable;
};

Result run(std::string_view text, std::size_t piece, std::string_view method) {
  Connection connection;
  connection.transport = std::make_unique<Replay>(text, piece);
  Exchange exchange({.method = method,
                     .head = "GET / HTTP/1.1\r\n\r\n",
                     .body = {},
                     .limits = {.body_bytes = kBodyMax},
                     .until = SteadyTime::max(),
                     .stop = {}});
  auto response = exchange.run(connection);
  return {std::move(response), exchange.is_reusable()};
}

void check(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string_view method = data[0] % 8 == 0 ? "HEAD" : "GET";
  const Result whole = run(text, std::string_view::npos, method);
  const Result pieces = run(text, std::size_t{1} + data[1] % 16, method);
  check(whole.response.has_value() == pieces.response.has_value());
  if (!whole.response) {
    check(whole.response.error().kind == pieces.response.error().kind);
    check(whole.response.error().sent && !whole.is_reusable && !pieces.is_reusable);
    return 0;
  }
  check(whole.response->status >= 200 && whole.response->body.size() <= kBodyMax);
  check(whole.response->status == pieces.response->status);
  check(whole.response->headers == pieces.response->headers);
  check(whole.response->body == pieces.response->body);
  return 0;
}
