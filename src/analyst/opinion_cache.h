// Answers kept for cases of the same shape.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "base/result.h"

namespace trailwarden::analyst {

// Safe for any number of threads. A key is 32 hex digits, an answer one line of JSON.
class OpinionCache {
 public:
  virtual ~OpinionCache() = default;
  virtual Result<std::optional<std::string>> find(std::string_view key) = 0;
  virtual Result<void> keep(std::string_view key, std::string_view answer) = 0;
};

// For a run: the first `answers_max` answers.
class MemoryCache final : public OpinionCache {
 public:
  explicit MemoryCache(std::size_t answers_max = 10'000) : answers_max_(answers_max) {}
  Result<std::optional<std::string>> find(std::string_view key) override;
  Result<void> keep(std::string_view key, std::string_view answer) override;

 private:
  const std::size_t answers_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> answers_;
};

}  // namespace trailwarden::analyst
