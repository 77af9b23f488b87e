// The public halves of the keys that CloudTrail signs digests with, as ListPublicKeys gives them.
// Source of fact: AWS CloudTrail API Reference, "ListPublicKeys".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc_time.h"

namespace trailwarden::integrity {

// One of ListPublicKeys' answers.
struct KeyRecord {
  std::string fingerprint;              // An opaque name.
  std::string der;                      // PKCS#1 RSAPublicKey, or SubjectPublicKeyInfo.
  std::optional<UnixSeconds> from, to;  // When it is valid; nothing: not said.
};

// The records of `aws cloudtrail list-public-keys`: one answer, a list of answers, or several one
// after the other (of several regions). Error: no such JSON.
Result<std::vector<KeyRecord>> parse_key_list(std::string_view json);

enum class SignatureCheck : std::uint8_t {
  Genuine,
  Wrong,
  UnknownKey,    // No key has this fingerprint,
  NotValidThen,  // or it has, but is valid at another time.
};

// When a key must have been valid.
struct Window {
  UnixSeconds from, to;
};

class PublicKeys {
 public:
  PublicKeys();
  ~PublicKeys();
  PublicKeys(PublicKeys&&) noexcept;
  PublicKeys& operator=(PublicKeys&&) noexcept;

  // Error: the record's DER is no RSA key.
  Result<void> add(const KeyRecord& record);
  bool empty() const;

  // Whether `signature` (hexadecimal) is RSASSA-PKCS1-v1_5 with SHA-256 of `text` by the key of
  // this fingerprint.
  SignatureCheck check(std::string_view fingerprint, Window valid, std::string_view text,
                       std::string_view signature) const;

 private:
  struct Key;
  struct Table;
  std::unique_ptr<Table> table_;
};

}  // namespace trailwarden::integrity
