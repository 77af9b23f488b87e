#include "match/verdict_cache.h"

#include "base/hash.h"

namespace trailwarden::match {

std::optional<bool> VerdictCache::find(std::uint64_t test, std::string_view text) {
  asked_ = nullptr;
  if (text.size() > kTextMax) return std::nullopt;
  if (slots_.empty()) slots_.resize(kSlots);
  const std::uint64_t hash = hash64(text, test);
  Slot& slot = slots_[hash % kSlots];
  if (slot.test == test && slot.hash == hash && slot.text == text) return slot.verdict;
  asked_ = &slot;
  asked_test_ = test;
  asked_text_ = text;
  asked_hash_ = hash;
  return std::nullopt;
}

void VerdictCache::remember(bool verdict) {
  if (asked_ == nullptr) return;
  asked_->test = asked_test_;
  asked_->hash = asked_hash_;
  asked_->verdict = verdict;
  asked_->text = asked_text_;
}

}  // namespace trailwarden::match
