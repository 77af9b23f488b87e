#include "integrity/sha256.h"

#include <openssl/evp.h>

#include <new>

#include "base/ascii.h"
#include "base/hex.h"

namespace trailwarden::integrity {
struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);

  State() {
    if (context == nullptr || algorithm == nullptr) throw std::bad_alloc();
    begin();
  }
  ~State() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(algorithm);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  void begin() { EVP_DigestInit_ex(context, algorithm, nullptr); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

Hash Sha256::finish() {
  Hash hash{};
  EVP_DigestFinal_ex(state_->context, hash.data(), nullptr);
  state_->begin();
  return hash;
}

Hash sha256(std::string_view bytes) {
  Sha256 hasher;
  hasher.add(bytes);
  return hasher.finish();
}

std::string to_hex(const Hash& hash) {
  return trailwarden::to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return {};
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return {};
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace trailwarden::integrity
