// The texts of one record's values, each made at most once: decoded, in lower case, compacted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/text_memo.h"
#include "json/projected.h"
#include "match/predicate.h"

namespace trailwarden::match {

// Bytes that live until the next clear(). Memory is kept for the next record up to a bound.
class Arena {
 public:
  // `size` bytes, not initialised.
  char* allocate(std::size_t size);
  // Gives back the last `unused` bytes of the latest allocation.
  void shrink(std::size_t unused) { used_ -= unused; }
  void clear();

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{64} << 10;
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };
  std::vector<Block> blocks_;  // The last one is being filled.
  std::size_t used_ = 0;       // Of the last block.
};

// What text tests see of the values of a record. Views live until the next begin().
class Texts {
 public:
  // From now on indices mean values of `record`, which must stay as it is.
  void begin(json::Projected& record);
  json::Projected& record() const { return *record_; }

  // The texts that a test of this domain compares with: none, one, or two (a container whose
  // strings hold quotes). With Case::Ignore, A-Z are a-z in them.
  std::span<const std::string_view> of(std::uint32_t value, Domain domain, Case letters);

  // Verdicts of tests, by their numbers, on strings without escapes of this and earlier records:
  // what is known needs no lower case.
  TextMemo<bool>& verdicts() { return verdicts_; }

 private:
  struct Entry {
    std::uint64_t epoch = 0;
    std::uint8_t count = 0;
    bool has_lower = false;
    std::array<std::string_view, 2> exact;
    std::array<std::string_view, 2> lower;
  };
  void fill(const json::Value& value, Entry& entry);
  void fill_container(std::string_view json, Entry& entry);
  std::string_view lowered(std::string_view text);

  json::Projected* record_ = nullptr;
  std::uint64_t epoch_ = 0;
  std::vector<Entry> entries_;  // By value index; stale unless of this epoch.
  Arena arena_;
  TextMemo<bool> verdicts_{12, 256};  // Longer texts seldom repeat.
};

// Whether EventBridge calls `kind` a leaf.
constexpr bool is_scalar(json::Kind kind) {
  return kind != json::Kind::Object && kind != json::Kind::Array;
}

}  // namespace trailwarden::match
