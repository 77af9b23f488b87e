// Short names for events in prompts: "e12" costs a model three tokens, an event id some twenty, and
// a short name that was never given is told from one that was.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"

namespace trailwarden::digest {

// Numbers from 0 on, given in the order in which events are first met. One thread.
class Labels {
 public:
  std::size_t number_of(const std::string& event_id);
  const std::string& event_id(std::size_t number) const { return event_ids_[number]; }
  std::size_t size() const { return event_ids_.size(); }

 private:
  std::vector<std::string> event_ids_;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> numbers_;
};

// "e1" for 0.
std::string label_of(std::size_t number);
// The number of a label, whatever it was given for; nothing: it is no label.
std::optional<std::size_t> number_in(std::string_view label);

}  // namespace trailwarden::digest
