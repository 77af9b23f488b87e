// Hexadecimal digits in lower case, as hashes are written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trailwarden {

// Two digits a byte.
std::string to_hex(std::string_view bytes);

// All sixteen digits, the highest one first.
std::string to_hex(std::uint64_t number);

}  // namespace trailwarden
