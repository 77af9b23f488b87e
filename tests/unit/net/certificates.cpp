#include "certificates.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <fstream>

namespace trailwarden::net {
namespace {

constexpr long kDay = 24 * 60 * 60;

template <class T, void (*release)(T*)>
struct Free {
  void operator()(T* object) const { release(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509, X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO, BIO_free_all>>;

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  ASSERT_NE(extension, nullptr) << value;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void set_name(X509_NAME* name, const std::string& text) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
}

}  // namespace

Pem make_certificate(const CertificateOptions& options) {
  static long serial = 1;
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), kDay * options.first_day);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDay * options.last_day);
  X509_set_pubkey(certificate.get(), key.get());
  set_name(X509_get_subject_name(certificate.get()), options.subject);
  if (!options.names.empty()) {
    add_extension(certificate.get(), NID_subject_alt_name, options.names);
  }
  if (options.issuer == nullptr) {
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    X509_sign(certificate.get(), key.get(), EVP_sha256());
  } else {
    const Bio issuer_bio(BIO_new_mem_buf(options.issuer->certificate.data(),
                                         static_cast<int>(options.issuer->certificate.size())));
    const Certificate issuer(PEM_read_bio_X509(issuer_bio.get(), nullptr, nullptr, nullptr));
    const Bio key_bio(
        BIO_new_mem_buf(options.issuer->key.data(), static_cast<int>(options.issuer->key.size())));
    const Key issuer_key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
    X509_sign(certificate.get(), issuer_key.get(), EVP_sha256());
  }
  const Bio key_text(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  const Bio certificate_text(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_text.get(), certificate.get());
  return {text_of(key_text.get()), text_of(certificate_text.get())};
}

std::string write_file(const std::string& name, const std::string& text) {
  const std::string path =
      testing::TempDir() + "/trailwarden-net-" + std::to_string(::getpid()) + "-" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

}  // namespace trailwarden::net
