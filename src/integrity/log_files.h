// The log files that a region's digests name: whether each is there, and has the bytes that were
// signed; and those that are there and that no digest names.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "integrity/chain.h"
#include "integrity/verify.h"

namespace trailwarden::integrity {

// Where an account's folder lies: in the store, and in the bucket.
struct Place {
  std::string stored;  // Empty, or ends with '/'.
  std::string bucket;
  std::string prefix;  // "AWSLogs/111122223333/", with the bucket's own prefix before it.
};

// One file that was named; two hashes cut to what tells files apart.
struct NamedFile {
  using Short = std::array<std::uint8_t, 16>;
  Short key;      // SHA-256 of the key.
  Short content;  // As the digest states it.

  friend bool operator<(const NamedFile& left, const NamedFile& right) {
    return left.key < right.key;
  }
};

// A digest whose log files are to be looked at, and what came of it.
struct LogTask {
  const Node* node;
  const ChainName* chain;
  Counts counts;
  std::vector<Problem> problems;
  std::vector<NamedFile> named;
};

// What all tasks share. Everything is borrowed.
struct LogContext {
  Store& store;
  const Place& place;
  Progress& progress;
  const std::stop_token& stop;
  unsigned threads;
};

// Looks at the log files of every task's digest.
void check_log_files(std::vector<LogTask>& tasks, const LogContext& context);

NamedFile::Short short_hash(std::string_view key);

}  // namespace trailwarden::integrity
