#include "analyst/opinion_cache.h"

namespace trailwarden::analyst {

Result<std::optional<std::string>> MemoryCache::find(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(key);
  if (found == answers_.end()) return std::optional<std::string>();
  return std::optional(found->second);
}

Result<void> MemoryCache::keep(std::string_view key, std::string_view answer) {
  const std::lock_guard lock(mutex_);
  if (answers_.size() < answers_max_) answers_.insert_or_assign(std::string(key), answer);
  return {};
}

}  // namespace trailwarden::analyst
