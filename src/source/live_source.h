// Events as they come. A source hands out deliveries and is told what became of each; what it was
// not told of, it hands out again: after a restart, after a while, or because the sender sends it
// again. Each event arrives at least once.
//
//   while (auto delivery = source.next(stop).value()) {   // Any number of threads.
//     reader.read_bytes(delivery->bytes, delivery->name, visitor, stop);
//     source.done(delivery->receipt);                     // Only now is it gone at its source.
//   }
//   source.close();
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trailwarden::source {

// Names one delivery to the source that made it.
enum class Receipt : std::uint64_t {};

// An object that was read, and the day of whose deliveries it is (or when it was written, where
// its key does not say).
struct ReadObject {
  std::uint64_t id = 0;  // hash64 of its name and version.
  std::chrono::sys_days day{};

  bool operator==(const ReadObject&) const = default;
};

struct Delivery {
  std::string name;   // For messages: "s3://bucket/key", "sqs message 5f2…". Hostile text.
  std::string bytes;  // What cloudtrail::Reader::read_bytes takes: a log file, an event, a page.
  Receipt receipt{};
  // To be kept in one transaction with what came of the delivery: its source wants it back at the
  // next start.
  std::optional<ReadObject> object{};
};

// Takes one line about trouble that a source goes on from. Called from any thread, and often when
// much goes wrong. Names of objects and the like in it are hostile text: not escaped yet.
using Note = std::function<void(std::string_view line)>;

// Safe for any number of threads, but for close().
class LiveSource {
 public:
  LiveSource() = default;
  virtual ~LiveSource() = default;
  LiveSource(const LiveSource&) = delete;
  LiveSource& operator=(const LiveSource&) = delete;

  // Waits for the next delivery. Nothing: a stop was requested, or there will be no more. Error:
  // this source cannot go on, because of something that a person has to change.
  virtual Result<std::optional<Delivery>> next(const std::stop_token& stop) = 0;

  // The delivery was handled to the end: its findings are stored, say.
  virtual void done(Receipt receipt) = 0;

  // It could not be handled. It comes again, or is put aside with this reason if it did too often.
  virtual void failed(Receipt receipt, std::string_view reason) = 0;

  // Finishes what was done and gives back what was not. Call once, behind the last of the above.
  virtual void close() = 0;
};

}  // namespace trailwarden::source
