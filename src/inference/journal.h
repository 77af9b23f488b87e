// What a run has done and paid for, in a file, so that a run that was killed goes on where it was.
//
// The file is one JSON object a line: {"terms":"…"} first, then {"key":"…","value":"…"}. A line is
// written by one write() and is on the disk when put() returns; at the end there may be half of
// one, which is cut off.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "base/result.h"

namespace trailwarden::inference {

// Safe for any number of threads. One process has the file open.
class Journal {
 public:
  // Begins a journal (mode 0600), or goes on with the one that is there. `terms` says what answers
  // depend on: the prompts, the model. Error: the file cannot be read or written, is no journal,
  // was begun on other terms, or another run has it open.
  static Result<std::unique_ptr<Journal>> open(const std::string& path, std::string_view terms);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // The latest value of `key`.
  std::optional<std::string> find(std::string_view key) const;
  // Durable when it returns. Error: the file cannot be written; the journal is as before.
  Result<void> put(std::string_view key, std::string_view value);

  std::size_t size() const;  // Keys.
  const std::string& path() const { return path_; }

 private:
  Journal(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  Result<void> load(std::string_view terms);
  Result<void> append(const std::string& line);

  const int descriptor_;
  const std::string path_;
  mutable std::mutex mutex_;
  std::size_t end_ = 0;  // Of the last whole line.
  std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> values_;
};

}  // namespace trailwarden::inference
