#include "signer.h"

#include <openssl/x509.h>

#include <string_view>

namespace trailwarden::integrity {
namespace {

template <class Encode>
std::string encoded(const Encode& encode, EVP_PKEY* pair) {
  unsigned char* der = nullptr;
  const int size = encode(pair, &der);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(c) >> 4U];
    text += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

}  // namespace

EVP_PKEY* key() {
  static const KeyPair pair(EVP_RSA_gen(2048));
  return pair.get();
}

std::string pkcs1(EVP_PKEY* pair) { return encoded(i2d_PublicKey, pair); }
std::string spki(EVP_PKEY* pair) { return encoded(i2d_PUBKEY, pair); }

std::string sign(const std::string& text) {
  const std::unique_ptr<EVP_MD_CTX, OpenSslDeleter> context(EVP_MD_CTX_new());
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key());
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                 text.size());
  return hex(signature);
}

}  // namespace trailwarden::integrity
