// Who writes: one process at a time owns a store. Two that judged the same events would tell people
// twice, however well SQLite keeps their transactions apart.
#pragma once

#include <string>

#include "base/result.h"

namespace trailwarden::store {

// Holds the lock file PATH-lock for as long as it lives. The lock is the kernel's (flock): a killed
// process has lost it. The file stays, for removing it would let two processes lock two files.
class WriterLock {
 public:
  // Error: another process, or another store of this one, holds it.
  static Result<WriterLock> take(const std::string& path);
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&&) = delete;
  ~WriterLock();

 private:
  explicit WriterLock(int file) : file_(file) {}
  int file_;  // -1: moved away.
};

}  // namespace trailwarden::store
