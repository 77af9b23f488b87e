#include "net/trust.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace trailwarden::net {
namespace {

// Debian, Ubuntu, Alpine, SUSE. Where its files are named by hash, OpenSSL reads just the one it
// needs; a bundle costs the parsing of all.
constexpr const char* kFolder = "/etc/ssl/certs";
constexpr const char* kBundles[] = {
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Amazon Linux, Fedora, RHEL.
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL 7 and later.
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian without its links.
    "/etc/ssl/ca-bundle.pem",                             // SUSE.
    "/etc/ssl/cert.pem",                                  // Alpine, the BSDs.
};
constexpr std::size_t kHashDigits = 8;

// "5ed36f99.0": the hash of a subject's name, and a number that tells equal hashes apart.
bool is_hash_name(const std::string& name) {
  return name.size() == kHashDigits + 2 && name.ends_with(".0") &&
         name.find_first_not_of("0123456789abcdef") == kHashDigits;
}

bool has_hashed_files(const char* folder) {
  std::error_code error;
  const std::filesystem::directory_iterator files(folder, error);
  return !error && std::any_of(begin(files), end(files), [](const auto& file) {
    return is_hash_name(file.path().filename().string());
  });
}

bool load_system_trust(ssl_ctx_st* context) {
  if (has_hashed_files(kFolder)) return SSL_CTX_load_verify_dir(context, kFolder) == 1;
  return std::any_of(std::begin(kBundles), std::end(kBundles), [&](const char* bundle) {
    return SSL_CTX_load_verify_file(context, bundle) == 1;
  });
}

}  // namespace

Outcome<void> load_trust(ssl_ctx_st* context, const std::string& ca_bundle) {
  const bool loaded = ca_bundle.empty() ? load_system_trust(context)
                                        : SSL_CTX_load_verify_file(context, ca_bundle.c_str()) == 1;
  ERR_clear_error();
  if (loaded) return {};
  std::string message = ca_bundle.empty()
                            ? "no trusted certificates found on this system; set AWS_CA_BUNDLE"
                            : "cannot read certificates (PEM) from " + ca_bundle;
  return tl::unexpected(Failure{Failure::Kind::Tls, false, std::move(message)});
}

}  // namespace trailwarden::net
