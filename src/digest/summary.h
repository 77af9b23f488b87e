// What a model made of a portion, checked: nothing in it is believed that cannot be looked up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyst/clean.h"
#include "model/provider.h"

namespace trailwarden::digest {

// What a model is asked to tell apart; changes come from counts, not from it.
enum class Topic : std::uint8_t { Matters, Actors, Routine, Todo };
inline constexpr std::size_t kTopics = 4;
// "matters": the key in answers.
std::string_view key_of(Topic topic);

struct Point {
  std::string text;                 // Cleaned: one line, no links, mentions or markup.
  std::vector<std::size_t> events;  // Numbers of labels that were in the prompt.
};

struct Summary {
  std::array<std::vector<Point>, kTopics> points;  // By Topic.
  std::uint64_t unknown_citations = 0;             // That were removed.
  std::string unread_because;                      // Not empty: the answer is none, `points` empty.

  const std::vector<Point>& of(Topic topic) const {
    return points[static_cast<std::size_t>(topic)];
  }
  std::vector<Point>& of(Topic topic) { return points[static_cast<std::size_t>(topic)]; }
};

// Reads JSON: structured, bare, in a code fence or among words. `known` holds the numbers of the
// labels that the prompt had; a citation of another is removed and counted. `is_name`: words that
// cleaning leaves as they are.
Summary read_summary(const model::Reply& reply, const std::set<std::size_t>& known,
                     const analyst::IsKnown& is_name);

// As a part of a prompt that joins it with others: compact JSON.
std::string to_json(const Summary& summary);

}  // namespace trailwarden::digest
