// A digest's messages: from the outbox of a store to the sinks.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "sink/notice.h"
#include "sink/sink.h"
#include "store/store.h"
#include "watch/desk.h"

namespace trailwarden::publish {

using Sinks = std::vector<std::unique_ptr<sink::Sink>>;

// Puts the digest's message for each sink that wants it into the outbox. One that is there already
// (of the same digest and sink) stays as it is. Answers how many sinks wanted it.
Result<std::size_t> enqueue(const sink::Notice& digest, const Sinks& sinks, store::UnixMillis now,
                            store::Writer& to);

// A message that no sink has yet, and why.
struct Unsent {
  std::string sink;
  std::string reason;
};

struct SendSetup {
  store::Store& store;
  const Sinks& sinks;
  // How long receivers that say "later" are waited for.
  std::chrono::milliseconds patience{60'000};
  watch::WallClock now;
  std::function<void(std::chrono::milliseconds, const std::stop_token&)> sleep;
};

// Sends all that is in the outbox for these sinks, given-up messages too, and waits for it. Answers
// what could not be sent: it stays there for the next call. Error: the store's.
Result<std::vector<Unsent>> send_all(const SendSetup& setup, const std::stop_token& stop);

}  // namespace trailwarden::publish
