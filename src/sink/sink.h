// Where notices go. A sink sends one notice once per call and says what became of it; asking again,
// waiting and giving up are the dispatcher's (watch/), whose memory is the store's outbox.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

#include "sink/notice.h"

namespace trailwarden::sink {

// One attempt to send.
struct Dispatch {
  const Notice& notice;
  // The same in every attempt and different for every notice: receivers drop what they have.
  std::string_view key;
  // Reference of the case's first message in this sink (Slack's thread); empty: there is none.
  std::string_view thread;
  std::uint32_t attempt = 1;
  // An earlier attempt may have arrived: look it up before sending again, where that can be done.
  bool in_doubt = false;
  // When the first attempt began: seconds since 1970.
  UnixSeconds first_tried = 0;
};

struct Sent {
  std::string reference;
};
struct Postponed {
  std::string reason;                              // One line, hostile text shown.
  std::optional<std::chrono::milliseconds> after;  // What the receiver asked for; else backoff.
};
struct InDoubt {
  std::string reason;  // The request left, and no answer came.
};
struct Refused {
  std::string reason;  // Asking again cannot help: a person has to.
};
using Outcome = std::variant<Sent, Postponed, InDoubt, Refused>;

// Safe for any number of threads.
class Sink {
 public:
  Sink() = default;
  virtual ~Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  // Stable across restarts, without secrets: "slack:C0123456789", "sns:arn:…", "jsonl:/var/…".
  virtual const std::string& name() const = 0;
  // Whether this notice is for it: by verdict, account and kind. Decided when it is enqueued.
  virtual bool wants(const Notice& notice) const = 0;
  virtual Outcome send(const Dispatch& dispatch, const std::stop_token& stop) = 0;
};

}  // namespace trailwarden::sink
