// "Did you mean": the known word that is closest to a misspelt one.
#pragma once

#include <span>
#include <string_view>

namespace trailwarden::sigma {

// The candidate nearest to `word` (letter case ignored), or an empty view if none is near: at most
// one edit for words of up to four letters, two up to eight, three beyond. An edit is a letter
// added, dropped, changed, or swapped with its neighbour.
std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace trailwarden::sigma
