// Sorting more than memory holds: small inputs stay in memory, large ones spill to a temporary
// file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trailwarden::scan {

// A multiset of (key, payload) byte strings, read back in the order of keys, then payloads, as
// unsigned bytes. Filled by one thread at a time; merged from several by take().
//
// At most about `memory_bytes` are held; what is more goes to an unnamed file under $TMPDIR (or
// /tmp), which vanishes with the process however it ends.
class Sorter {
 public:
  explicit Sorter(std::size_t memory_bytes);
  Sorter(Sorter&&) noexcept;
  Sorter& operator=(Sorter&&) noexcept;
  ~Sorter();

  // Error: the temporary file cannot be made or written.
  Result<void> add(std::string_view key, std::string_view payload);

  // Takes over all of `other`'s entries.
  Result<void> take(Sorter&& other);

  using Visit = std::function<void(std::string_view key, std::string_view payload)>;
  // Visits all entries in order; may be called again. Views live during the call of `visit`.
  Result<void> for_each(const Visit& visit);

  std::uint64_t size() const { return count_; }

 private:
  struct Run;
  Result<void> spill();
  void sort_memory();

  std::size_t memory_bytes_;
  std::uint64_t count_ = 0;
  std::string arena_;                 // Entries: key size, payload size (4 bytes each), bytes.
  std::vector<std::uint64_t> order_;  // Offsets into arena_.
  std::vector<std::unique_ptr<Run>> runs_;
};

}  // namespace trailwarden::scan
