// Text inside text: Base64 and hexadecimal digits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trailwarden::injection {

// What `run`, letters and digits of Base64 (both alphabets), says if it holds text: every stretch
// of at least 12 readable characters that one of its four phases decodes to, UTF-16 made UTF-8's
// ASCII. Work is linear in the run.
void append_base64_texts(std::string_view run, std::vector<std::string>& texts);

// The same of hexadecimal digits, both phases.
void append_hex_texts(std::string_view run, std::vector<std::string>& texts);

}  // namespace trailwarden::injection
