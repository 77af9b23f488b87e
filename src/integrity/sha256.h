// SHA-256, streaming.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace trailwarden::integrity {

using Hash = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  // The hash of all that was added since the last finish().
  Hash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Hash sha256(std::string_view bytes);

// Lower-case hexadecimal, as digests have it.
std::string to_hex(const Hash& hash);

// The bytes of a hexadecimal text of either case. Empty: it is none.
std::string from_hex(std::string_view text);

}  // namespace trailwarden::integrity
