#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "base/ascii.h"

namespace trailwarden::net {
namespace {

constexpr std::size_t kKeyCharactersMin = 16;

std::string digest_of(std::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

bool is_writable_by_others(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

Result<void> check_lengths(const std::vector<std::string>& keys, const std::string& where) {
  for (const std::string& key : keys) {
    if (key.size() < kKeyCharactersMin) {
      return fail(ErrorCode::Usage, "a key needs 16 characters at least", where);
    }
  }
  return {};
}

std::string trimmed(const std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

Guard::Guard(const std::vector<std::string>& keys) {
  digests_.reserve(keys.size());
  for (const std::string& key : keys) digests_.push_back(digest_of(key));
}

// Digests are of equal length, whatever was given: the time that the comparison takes says nothing
// about a key, and all are compared.
bool Guard::opens(std::string_view given) const {
  const std::string digest = digest_of(given);
  bool is_one = digests_.empty();
  for (const std::string& key : digests_) {
    is_one |= CRYPTO_memcmp(key.data(), digest.data(), digest.size()) == 0;
  }
  return is_one;
}

bool Guard::lets_in(const Request& request, std::string_view name, std::string_view prefix) const {
  if (!asks_for_a_key()) return true;
  const std::string* only = nullptr;
  for (const auto& [field, value] : request.headers) {
    if (!equal_ignoring_case(field, name)) continue;
    if (only != nullptr) return false;
    only = &value;
  }
  if (only == nullptr || !only->starts_with(prefix)) return false;
  return opens(std::string_view(*only).substr(prefix.size()));
}

Result<void> check_keys(const std::vector<std::string>& keys, const std::string& address) {
  if (keys.empty() && !is_loopback(address)) {
    return fail(ErrorCode::Usage, "whoever reaches this address could use it: set a key", address);
  }
  return check_lengths(keys, {});
}

Result<std::vector<std::string>> read_keys(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return fail(ErrorCode::Io, "cannot read the keys: " + std::generic_category().message(errno),
                path);
  }
  if (is_writable_by_others(path)) {
    return fail(ErrorCode::Usage, "others than the owner can write to the file of keys", path);
  }
  std::vector<std::string> keys;
  for (std::string line; std::getline(file, line);) {
    std::string key = trimmed(line);
    if (!key.empty()) keys.push_back(std::move(key));
  }
  if (keys.empty()) return fail(ErrorCode::Usage, "there is no key in the file", path);
  TW_TRY(check_lengths(keys, path));
  return keys;
}

bool is_loopback(const std::string& address) {
  in_addr v4{};
  if (::inet_pton(AF_INET, address.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6{};
  return ::inet_pton(AF_INET6, address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace trailwarden::net
