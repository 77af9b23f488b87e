// Calls an operation of a service: builds the request from the operation's table, signs, sends,
// tries again as the standard retry mode says, and reads the answer or the error.
//
//   Client s3(session, kS3);
//   const auto page = s3.call(kListObjectsV2, {{"Bucket", "logs"}, {"Prefix", "AWSLogs/"}}, stop);
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "aws/credentials.h"
#include "aws/failure.h"
#include "aws/operations.h"
#include "aws/settings.h"
#include "net/http.h"

namespace trailwarden::aws {

// What all clients of one run share. Everything in it outlives them, and is safe for any number of
// threads. Tests put their own clock and sleep in.
struct Session {
  std::shared_ptr<const Settings> settings;
  std::shared_ptr<CredentialsProvider> credentials;
  std::shared_ptr<net::Client> http;
  std::function<SystemTime()> now = std::chrono::system_clock::now;
  // Waits, or returns early when a stop is requested; real time unless a test says otherwise.
  std::function<void(std::chrono::milliseconds, const std::stop_token&)> sleep;
  // A number in [0, 1), for the jitter of waits; the machine's own randomness unless a test says
  // otherwise.
  std::function<double()> random;
};

struct CallOptions {
  net::Limits limits;  // Of one exchange; a total of 0 becomes ten minutes.
  // Where a body of raw bytes (S3 GetObject) is moved to, so that it is not copied; the answer's
  // own member for it is empty then. What it holds after a failure means nothing.
  std::string* body = nullptr;
};

// One service in one region. Safe for any number of threads; the retry quota and the clock's
// correction are shared by all of its calls.
class Client {
 public:
  // `region`: of this client where it is not the session's (S3 buckets, LookupEvents).
  Client(Session session, const Service& service, std::string region = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // `input` has the members of the operation's input shape, by the names that the API Reference
  // gives them; a member that the table does not know is a bug of the caller. The answer has the
  // members of the table's output shape; those placed in header fields as well, a raw body under
  // its member's name (a string of bytes).
  Outcome<boost::json::object> call(const Operation& operation, const boost::json::object& input,
                                    const std::stop_token& stop = {},
                                    const CallOptions& options = {});

  const std::string& region() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trailwarden::aws
