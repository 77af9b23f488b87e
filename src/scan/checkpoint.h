// A journal of what a scan has read, so that a run that was killed goes on where it was.
//
// The file: kMagic, then frames. A frame is the size of its payload (8 bytes), the payload's hash
// (8 bytes), the payload. The first frame holds the terms; each other one an entry: name, version
// and beginning of a portion, and its outcome (outcome.h). A frame is written by one write() when
// its portion has been read to the end; at the file's end there may be half of one.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/utc_time.h"
#include "cloudtrail/feed.h"

namespace trailwarden::scan {

// What outcomes depend on besides the portion itself.
struct CheckpointTerms {
  // Names and values: a checkpoint goes on only where all are the same. "rules" → a hash.
  std::vector<std::pair<std::string, std::string>> same;
  // The period, as it was resolved when the checkpoint was begun: "24h" must mean the same day
  // when a run goes on tomorrow.
  std::optional<UnixSeconds> since, until;
};

// Safe for any number of threads.
class Checkpoint {
 public:
  // Begins a checkpoint at `path`, or goes on with the one that is there. What a crash left
  // unfinished at its end is cut off. Error: the file cannot be read or written, is no checkpoint,
  // was begun on other terms, or another run has it open.
  static Result<std::unique_ptr<Checkpoint>> open(const std::string& path, CheckpointTerms terms);
  ~Checkpoint();
  Checkpoint(const Checkpoint&) = delete;
  Checkpoint& operator=(const Checkpoint&) = delete;

  // Those with which it was begun.
  const CheckpointTerms& terms() const { return terms_; }

  // The outcome of the portion of this name, version and beginning; nothing when it has not been
  // read to its end. What has no version is never known.
  Result<std::optional<std::string>> find(const std::string& name, const std::string& version,
                                          std::uint64_t begin) const;

  // Notes that `portion` has been read. Error: the file cannot be written.
  Result<void> add(const cloudtrail::Portion& portion, std::string_view outcome);

  std::size_t size() const;  // Entries.

 private:
  struct Place {
    std::uint64_t offset = 0;  // Of the payload.
    std::uint64_t bytes = 0;
  };

  Checkpoint(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  Result<void> load(CheckpointTerms terms);
  Result<void> begin(CheckpointTerms terms);
  Result<void> write_frame(std::string_view payload);
  Result<std::string> read_at(std::uint64_t offset, std::uint64_t bytes) const;
  Result<void> sync();
  Error error(const char* what) const;

  const int descriptor_;
  const std::string path_;
  CheckpointTerms terms_;

  mutable std::mutex mutex_;
  boost::unordered_flat_map<std::uint64_t, Place> places_;  // By the hash of what names an entry.
  std::uint64_t end_ = 0;                                   // Of the file.
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

}  // namespace trailwarden::scan
