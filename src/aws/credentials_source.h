// What a provider of keys is made of: a source that fetches them anew each time it is asked, and
// what all sources share. RefreshingCredentials keeps what a source gave.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "aws/credentials.h"
#include "aws/settings.h"
#include "aws/sts.h"
#include "net/http.h"

namespace trailwarden::aws {

// One thread at a time.
class CredentialsSource {
 public:
  virtual ~CredentialsSource() = default;
  // May ask a network, a process or a file. Failures are of kind Credentials (or Cancelled), say
  // what to do where that is known, and hold no secret.
  virtual Outcome<Credentials> fetch(const std::stop_token& stop) = 0;
  virtual std::string name() const = 0;  // As CredentialsProvider::name().
};

// What sources reach the world with. Everything in it outlives them.
struct ProviderContext {
  std::shared_ptr<const Settings> settings;
  std::shared_ptr<net::Client> http;    // By the user's proxies and certificates.
  std::shared_ptr<net::Client> direct;  // Past every proxy: the metadata addresses.
  std::shared_ptr<StsCalls> sts;
  std::function<SystemTime()> now = std::chrono::system_clock::now;
  // Waits, or returns early when a stop is requested.
  std::function<void(std::chrono::milliseconds, const std::stop_token&)> sleep;
};

// A failure of kind Credentials.
tl::unexpected<Failure> no_credentials(std::string message);

// The same about an exchange without a response; Cancelled stays that.
tl::unexpected<Failure> no_credentials(const net::Failure& failure);

}  // namespace trailwarden::aws
