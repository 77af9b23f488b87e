// encode() and decode() of sighting.h. What cases are sorted by stands first and is written so that
// comparing bytes compares values; the rest follows with its lengths.
#include <cstddef>

#include "triage/sighting.h"

namespace trailwarden::triage {
namespace {

constexpr char kEscapedNul = '\xff';

// Every text in the order of the encoding, behind the sort key.
template <class SightingType, class Visit>
void for_each_text(SightingType& sighting, Visit&& visit) {
  visit(sighting.source);
  visit(sighting.name);
  visit(sighting.region);
  visit(sighting.source_ip);
  visit(sighting.user_agent);
  visit(sighting.error_code);
  visit(sighting.principal);
  visit(sighting.user);
  visit(sighting.account);
  visit(sighting.user_type);
  visit(sighting.target);
  visit(sighting.raw);
}

// Ends in two zero bytes; a zero inside is followed by 0xFF, so that "a" sorts before "a\0".
void put_sortable(std::string& out, std::string_view text) {
  for (const char c : text) {
    out += c;
    if (c == '\0') out += kEscapedNul;
  }
  out.append(2, '\0');
}

// The sign bit is flipped: negative times come first as bytes, too.
void put_time(std::string& out, const std::optional<std::int64_t>& time) {
  out += time ? '\1' : '\0';
  const std::uint64_t bits = static_cast<std::uint64_t>(time.value_or(0)) ^ (1ULL << 63U);
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(bits >> shift & 0xFFU);
}

void put_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U) out += static_cast<char>(number | 0x80U);
  out += static_cast<char>(number);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

// Takes values off the front; the first that is not whole leaves `good` false.
struct Input {
  std::string_view rest;
  bool good = true;

  unsigned char byte() {
    if (rest.empty()) {
      good = false;
      return 0;
    }
    const auto value = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    return value;
  }
  std::string sortable() {
    std::string text;
    while (good) {
      const unsigned char value = byte();
      if (value == 0 && byte() == 0) break;
      text += static_cast<char>(value);
    }
    return text;
  }
  std::optional<std::int64_t> time() {
    const bool present = byte() != 0;
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8U | byte();
    if (!present) return std::nullopt;
    return static_cast<std::int64_t>(bits ^ (1ULL << 63U));
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const unsigned char part = byte();
      value |= static_cast<std::uint64_t>(part & 0x7FU) << shift;
      if (part < 0x80) return value;
    }
    good = false;
    return 0;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > rest.size()) good = false;
    if (!good) return {};
    std::string value(rest.substr(0, size));
    rest.remove_prefix(size);
    return value;
  }
};

}  // namespace

std::string encode(const Sighting& sighting) {
  std::string out;
  out.reserve(512 + sighting.raw.size());
  put_sortable(out, sighting.actor);
  put_time(out, sighting.time);
  put_sortable(out, sighting.event_id);
  for_each_text(sighting, [&](const std::string& text) { put_text(out, text); });
  out += static_cast<char>((sighting.failed ? 1 : 0) | (sighting.is_service ? 2 : 0));
  put_number(out, sighting.hits.size());
  for (const Hit& hit : sighting.hits) {
    put_number(out, hit.rule);
    out += hit.about_failure ? '\1' : '\0';
    put_text(out, hit.why);
  }
  return out;
}

Result<Sighting> decode(std::string_view bytes) {
  Input in{bytes};
  Sighting sighting;
  sighting.actor = in.sortable();
  sighting.time = in.time();
  sighting.event_id = in.sortable();
  for_each_text(sighting, [&](std::string& text) { text = in.text(); });
  const unsigned flags = in.byte();
  sighting.failed = (flags & 1U) != 0;
  sighting.is_service = (flags & 2U) != 0;
  for (std::uint64_t hits = in.number(); in.good && hits > 0; --hits) {
    Hit hit;
    hit.rule = static_cast<std::uint32_t>(in.number());
    hit.about_failure = in.byte() != 0;
    hit.why = in.text();
    sighting.hits.push_back(std::move(hit));
  }
  if (!in.good || !in.rest.empty()) {
    return fail(ErrorCode::Decode, "a sighting in a temporary file is damaged");
  }
  return sighting;
}

}  // namespace trailwarden::triage
