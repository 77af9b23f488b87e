// What stands around data in a prompt, so that nothing in it can pass for the prompt's own words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trailwarden::analyst {

// A line, "WORD-" and 16 hex digits, that `data` cannot hold: nobody who wrote into a log knows
// `key`, which is the run's, and one that is there by chance makes another.
std::string marker_for(std::string_view word, std::string_view data, std::uint64_t key);

}  // namespace trailwarden::analyst
