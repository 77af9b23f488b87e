// A key pair of our own in CloudTrail's place.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

namespace trailwarden::integrity {

struct OpenSslDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using KeyPair = std::unique_ptr<EVP_PKEY, OpenSslDeleter>;

// One RSA key of 2048 bits, made when it is first asked for.
EVP_PKEY* key();

// Its public half, or that of another key, as DER.
std::string pkcs1(EVP_PKEY* pair);
std::string spki(EVP_PKEY* pair);

// Hexadecimal RSASSA-PKCS1-v1_5 with SHA-256.
std::string sign(const std::string& text);

}  // namespace trailwarden::integrity
