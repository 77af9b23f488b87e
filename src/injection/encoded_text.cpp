#include "injection/encoded_text.h"

#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/code_point.h"
#include "injection/trigger_kernel.h"

namespace trailwarden::injection {
namespace {

constexpr std::size_t kReadableMin = 12;  // "mark as safe"
// So many groups in a row must be able to be ASCII. Of random quads one in eight can.
constexpr std::size_t kQuadsInRow = 5;
constexpr std::size_t kPairsInRow = 10;
constexpr std::size_t kWindow = 24;  // Room for either in each of its phases.
constexpr std::size_t kRunMin = 40;
// How far from the place that was found a run is looked at.
constexpr std::size_t kRunSeen = 96;

constexpr int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

// What a character of Base64 may be in four that are three bytes of ASCII, whose top bits are 0;
// and what a hexadecimal digit may be in two that are one printable character.
constexpr unsigned kAlnum = 1, kFirst = 2, kSecond = 4, kThird = 8;
constexpr unsigned kHexFirst = 16, kHexSecond = 32;

constexpr auto kRoles = [] {
  std::array<std::uint8_t, 256> roles{};
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const int value = sextet(c);
    if (value < 0 || value > 61) continue;
    unsigned role = kAlnum;
    if (value < 32) role |= kFirst;
    if ((value & 8) == 0) role |= kSecond;
    if ((value & 2) == 0) role |= kThird;
    if (c >= '2' && c <= '7') role |= kHexFirst;
    if (hex_value(c) >= 0) role |= kHexSecond;
    roles[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(role);
  }
  return roles;
}();

unsigned roles_of(char c) { return kRoles[static_cast<unsigned char>(c)]; }
bool is_alnum(char c) { return roles_of(c) != 0; }

// Whether four characters can be three bytes of ASCII.
bool is_ascii_quad(const char* at) {
  return (roles_of(at[0]) & kFirst) != 0 && (roles_of(at[1]) & kSecond) != 0 &&
         (roles_of(at[2]) & kThird) != 0;
}

bool is_ascii_pair(const char* at) {
  return (roles_of(at[0]) & kHexFirst) != 0 && (roles_of(at[1]) & kHexSecond) != 0;
}

// Whether the kWindow characters at `at` read like text by one of the two encodings in one of its
// phases. Nearly always the first group or two of a phase say no.
bool reads_like_text(const char* at) {
  for (std::size_t phase = 0; phase < 4; ++phase) {
    std::size_t quad = 0;
    while (quad < kQuadsInRow && is_ascii_quad(at + phase + 4 * quad)) ++quad;
    if (quad == kQuadsInRow) return true;
  }
  for (std::size_t phase = 0; phase < 2; ++phase) {
    std::size_t pair = 0;
    while (pair < kPairsInRow && is_ascii_pair(at + phase + 2 * pair)) ++pair;
    if (pair == kPairsInRow) return true;
  }
  return false;
}

// Splits bytes into stretches of readable UTF-8.
void append_readable(std::string_view bytes, std::vector<std::string>& texts) {
  std::string readable;
  const auto flush = [&] {
    if (readable.size() >= kReadableMin) texts.push_back(readable);
    readable.clear();
  };
  while (!bytes.empty()) {
    const CodePoint c = first_code_point(bytes);
    const bool break_here = c.bytes == 0 || (c.value < 0x20 && c.value != '\n' && c.value != '\t' &&
                                             c.value != '\r' && c.value != 0);
    const std::size_t size = c.bytes == 0 ? 1 : c.bytes;
    if (break_here) {
      flush();
    } else if (c.value != 0) {  // Of UTF-16 every other byte is 0.
      readable += bytes.substr(0, size);
    }
    bytes.remove_prefix(size);
  }
  flush();
}

std::string decode_base64(std::string_view run) {
  std::string bytes;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : run) {
    held = held << 6 | static_cast<std::uint32_t>(sextet(c));
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(held >> bits & 0xFF);
  }
  return bytes;
}

}  // namespace

void append_base64_texts(std::string_view run, std::vector<std::string>& texts) {
  for (std::size_t phase = 0; phase < 4 && phase < run.size(); ++phase) {
    append_readable(decode_base64(run.substr(phase)), texts);
  }
}

void append_hex_texts(std::string_view run, std::vector<std::string>& texts) {
  for (std::size_t phase = 0; phase < 2; ++phase) {
    std::string bytes;
    for (std::size_t at = phase; at + 2 <= run.size(); at += 2) {
      bytes += static_cast<char>(hex_value(run[at]) << 4 | hex_value(run[at + 1]));
    }
    append_readable(bytes, texts);
  }
}

bool is_encoded_text(const char* text, size_t size, size_t at) {
  std::size_t begin = at;
  while (begin > 0 && at - begin < kRunSeen && is_alnum(text[begin - 1])) --begin;
  std::size_t end = at;
  while (end < size && end - at < kRunSeen && is_alnum(text[end])) ++end;
  const std::string_view run(text + begin, end - begin);
  // The first window leaves room for letters that stand before the encoded text.
  for (std::size_t window = kRunMin - kWindow; window + kWindow <= run.size(); window += kWindow) {
    if (reads_like_text(run.data() + window)) return true;
  }
  return false;
}

}  // namespace trailwarden::injection
