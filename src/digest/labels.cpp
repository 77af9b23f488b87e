#include "digest/labels.h"

#include <charconv>

namespace trailwarden::digest {

std::size_t Labels::number_of(const std::string& event_id) {
  const auto [entry, is_new] = numbers_.try_emplace(event_id, event_ids_.size());
  if (is_new) event_ids_.push_back(event_id);
  return entry->second;
}

std::string label_of(std::size_t number) { return "e" + std::to_string(number + 1); }

std::optional<std::size_t> number_in(std::string_view label) {
  if (label.size() < 2 || (label[0] != 'e' && label[0] != 'E')) return std::nullopt;
  label.remove_prefix(1);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), number);
  if (error != std::errc() || end != label.data() + label.size() || number == 0) {
    return std::nullopt;
  }
  return number - 1;
}

}  // namespace trailwarden::digest
