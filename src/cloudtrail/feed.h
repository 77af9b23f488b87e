// What readers read next: files here, objects in S3 in source/. Who reads knows neither.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "cloudtrail/byte_stream.h"
#include "cloudtrail/inputs.h"
#include "cloudtrail/problem.h"

namespace trailwarden::cloudtrail {

// One piece of work for one Reader.
struct Portion {
  Slice slice;
  // Another one when the content is: an ETag, or a file's size and time. Empty: nobody can tell
  // (pipes).
  std::string version;
  // The bytes, where they are not had by opening the slice's path.
  std::unique_ptr<ByteStream> stream;
  // Why there is nothing to read: told to the visitor in place of records.
  std::optional<Problem> problem;
};

// What a feed knows of its size, for a progress line: read it from any thread.
struct FeedProgress {
  std::atomic<std::uint64_t> inputs{0};
  std::atomic<std::uint64_t> bytes{0};     // Of all inputs so far; pipes count 0.
  std::atomic<bool> still_listing{false};  // More may come.
};

// Hands out portions, each once. Safe for any number of threads.
class Feed {
 public:
  virtual ~Feed() = default;
  // The next portion; nothing when all have been handed out, or a stop was requested. May wait for
  // a network. Error: an input cannot be read on; the run cannot be whole any more.
  virtual Result<std::optional<Portion>> next(const std::stop_token& stop) = 0;
};

// In which order portions are handed out.
enum class FeedOrder : std::uint8_t {
  Quickest,  // As suits the workers; the large ones first.
  Given,     // In the order of inputs, in folders in the order of names.
};

// Files, folders and standard input.
class FileFeed final : public Feed {
 public:
  // Looks at every input, as plan() does, and fails as it does. `progress` outlives the feed.
  static Result<std::unique_ptr<FileFeed>> open(std::span<const std::string> inputs,
                                                FeedOrder order, FeedProgress& progress);

  Result<std::optional<Portion>> next(const std::stop_token& stop) override;

 private:
  explicit FileFeed(Plan plan) : plan_(std::move(plan)) {}

  const Plan plan_;
  std::atomic<std::size_t> next_{0};  // Over the slices, then over the problems.
};

}  // namespace trailwarden::cloudtrail
