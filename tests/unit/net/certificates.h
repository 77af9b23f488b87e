// Certificates made on the spot: an authority of the test's own, and servers' certificates by it.
#pragma once

#include <memory>
#include <string>

namespace trailwarden::net {

struct Pem {
  std::string key;
  std::string certificate;
};

struct CertificateOptions {
  std::string subject = "a server";
  std::string names{};  // As OpenSSL's subjectAltName has them: "DNS:localhost,IP:127.0.0.1".
  int first_day = -1;   // Of validity, counted from today.
  int last_day = 1;
  const Pem* issuer = nullptr;  // nullptr: signs itself, and may sign others.
};

Pem make_certificate(const CertificateOptions& options);

// A file with this text under the test's temporary folder.
std::string write_file(const std::string& name, const std::string& text);

}  // namespace trailwarden::net
