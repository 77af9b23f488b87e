// Who may use an endpoint of ours: on loopback whoever is on the machine, beyond it those with a
// key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace trailwarden::net {

// Several keys open, so that they can be changed without locking anybody out.
class Guard {
 public:
  // Without keys it opens to everybody.
  explicit Guard(const std::vector<std::string>& keys = {});

  bool asks_for_a_key() const { return !digests_.empty(); }
  // Whether `given` is one of the keys: in a time that says nothing about any of them.
  bool opens(std::string_view given) const;
  // Whether the request has exactly one field `name`, and behind `prefix` in it one of the keys.
  bool lets_in(const Request& request, std::string_view name, std::string_view prefix = {}) const;

 private:
  std::vector<std::string> digests_;
};

// Whether an endpoint at `address` may be opened with these keys. Error: Usage, a key of less than
// 16 characters, or none and the address is not loopback.
Result<void> check_keys(const std::vector<std::string>& keys, const std::string& address);

// The keys in a file: one a line, blank lines left out. Error: the file cannot be read, others than
// its owner can write to it, it holds none, or one that is shorter than 16 characters.
Result<std::vector<std::string>> read_keys(const std::string& path);

// Numeric, IPv4 or IPv6.
bool is_loopback(const std::string& address);

}  // namespace trailwarden::net
