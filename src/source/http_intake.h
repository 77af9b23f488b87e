// What an HTTP request with events is answered, and the queue between those who send and those who
// handle. Knows no socket: http_source.h puts it behind a server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "net/guard.h"
#include "net/http.h"
#include "source/bell.h"
#include "source/live_source.h"

namespace trailwarden::source {

struct HttpRules {
  std::string path = "/events";
  std::string key_header = "X-Trailwarden-Key";
  // Any of them opens; several so that they can be changed without losing an event. None: whoever
  // reaches the endpoint may send.
  std::vector<std::string> keys{};
  std::size_t event_bytes_max = std::size_t{256} << 10;  // What AWS sends at most.
  std::size_t batch_bytes_max = std::size_t{1} << 20;    // Of an array, or Records, of events.
  // Requests that are not answered. One more is told to come later.
  std::size_t waiting_max = 64;
  // How long a sender waits for its events to be handled. EventBridge's API destinations hang up
  // after 5 s.
  std::chrono::milliseconds deadline{4'000};
};

// Safe for any number of threads.
class HttpIntake {
 public:
  explicit HttpIntake(HttpRules rules);

  // The answer to `request`: 200 once its events were handled to the end; 503 when that failed or
  // took too long, so that the sender sends it again; 429 when too many wait; 400, 401, 404, 405,
  // 413, 415 for what would be refused again. Waits up to the deadline.
  net::Response answer(const net::Request& request);

  // As LiveSource.
  std::optional<Delivery> next(const std::stop_token& stop);
  void settle(Receipt receipt, bool is_done);
  // Answers everybody 503 from now on; next() returns nothing.
  void close();

  struct Counts {
    std::uint64_t accepted = 0;  // Handled to the end, and the sender told so.
    std::uint64_t refused = 0;   // 4xx but 429.
    std::uint64_t too_many = 0;  // 429.
    std::uint64_t failed = 0;    // 503.
  };
  Counts counts() const;

 private:
  enum class Fate : std::uint8_t { Waiting, HandedOut, Done, Failed };
  struct Waiting {
    std::string body;
    Fate fate = Fate::Waiting;
  };

  std::optional<net::Response> refusal(const net::Request& request) const;
  net::Response accept(const std::string& body);
  void count(const net::Response& response);

  const HttpRules rules_;
  const net::Guard guard_;

  Bell added_;
  mutable std::mutex mutex_;  // Over what follows.
  std::condition_variable settled_;
  std::map<Receipt, Waiting> requests_;  // Not answered.
  std::deque<Receipt> line_;             // Those not handed out.
  std::uint64_t next_receipt_ = 1;
  bool is_closed_ = false;
  Counts counts_;
};

}  // namespace trailwarden::source
