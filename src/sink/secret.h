// Tokens, keys and URLs that are secrets: named by a reference, read when they are needed, shown
// nowhere.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sink/means.h"

namespace trailwarden::sink {

// Where a secret is. A reference is no secret itself.
struct SecretReference {
  enum class Place : std::uint8_t { Environment, File, SecretsManager } place = Place::Environment;
  std::string name;    // Of the variable, the file or the secret (a name or an ARN).
  std::string member;  // SecretsManager: of a JSON secret the member to take; empty: all of it.
};

// Reads "env:NAME", "file:PATH" or "secretsmanager:ID[#MEMBER]". Error: Usage.
Result<SecretReference> parse_secret_reference(std::string_view text);
// The same text again, for messages.
std::string to_string(const SecretReference& reference);

// Safe for any number of threads. The value of a variable may be a reference to a file or to
// Secrets Manager.
class Secret {
 public:
  Secret(SecretReference reference, Means means);

  // Kept once it was read. Error: Usage (there is none, or it can be none), Io (it cannot be had
  // now). No message holds any part of it.
  Result<std::string> get(const std::stop_token& stop = {});
  // Whoever asked was told that `stale` is not, or no longer, good: reads it anew, and answers
  // whether it is another one now.
  bool renew(std::string_view stale, const std::stop_token& stop = {});

 private:
  Result<std::string> read(const SecretReference& reference, const std::stop_token& stop) const;
  Result<std::string> read_secrets_manager(const SecretReference& reference,
                                           const std::stop_token& stop) const;
  Result<std::string> get_locked(const std::stop_token& stop);

  const SecretReference reference_;
  const Means means_;
  std::mutex mutex_;
  std::optional<std::string> kept_;
};

}  // namespace trailwarden::sink
