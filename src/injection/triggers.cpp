// The words without which no phrase can do, five or six letters of each: what every record is
// searched for. A phrase of phrases.cpp with none of these in it would never be looked for, which
// the corpus in tests/injection/ finds out.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "injection/trigger_kernel.h"

namespace trailwarden::injection {
namespace {

// What may stand at each place, with bit 5 set: letters in lower case, '[' as '{', '@' as '`', '\\'
// as '|', '_' as DEL. Digits for letters ("ign0re") where they let little else pass. Empty, or
// behind the last place: anything.
template <std::size_t Places>
struct Trigger {
  unsigned group;
  std::array<std::string_view, Places> places;
};

constexpr std::string_view kGap = " -.+\x7f";

// Grouped so that the tables of a group let few other texts pass: on the logs of bench/ and
// published ones, one byte in 1,000. Any grouping is right; these were searched for with those.
constexpr Trigger<kLongPlaces> kLong[] = {
    {0, {"l", "s", "e", kGap, "ap", "lo"}},    // false positive, false alarm
    {0, {"a", "n", "a", "l", "y", "s"}},       // analyst
    {0, {"e", "g", "i", "t", "i", "m"}},       // legitimate
    {0, {"a", "n", "w", "e", "i", "s"}},       // Anweisung
    {1, {"b", "e", "z", "p", "i", "e"}},       // bezpieczne
    {1, {"b", "e3", "n", "i1", "g", "n"}},     // benign
    {1, {"d", "e", "c", "o", "d", "e"}},       // decode
    {1, {"b", "a", "s", "e", "6", "4"}},       // base64
    {2, {"1i", "n", "s", "t", "r", "u"}},      // instruction
    {2, {"a", "i", "l", "b", "r", "e"}},       // jailbreak
    {2, {"e", "v", "e", "r", "i", "t"}},       // severity
    {2, {"o", "v", "e", "r", "r", "i"}},       // override
    {2, {"u", "n", "f", "i", "l", "t"}},       // unfiltered
    {2, {"l", "i", "c", "i", "o", "u"}},       // malicious
    {3, {"s", "c", "a", "l", "a", "t"}},       // escalate
    {3, {"c", "l", "a4`", "s5", "s5", "i1"}},  // classify
    {3, {"s", "s", "i", "s", "t", "a"}},       // assistant
    {4, {"f", "o0", "r", "g", "e3", "t"}},     // forget
    {4, {"d", "a", "n", "g", "e", "r"}},       // dangerous
    {4, {"l", "a", "n", "g", "u", "a"}},       // language model
    {4, {"u", "n", "r", "e", "s", "t"}},       // unrestricted
    {4, {"i", "s", "r", "e", "g", "a4`"}},     // disregard
    {5, {"p", "r", "o0", "m", "p", "t"}},      // prompt
    {5, {"t", "r", "u", "z", "i", "o"}},       // istruzioni
    {5, {"d", "o0", kGap, "n", "o0", "t"}},    // do not
    {5, {"p", "r", "e", "t", "e", "n"}},       // pretend
    {6, {"h", "a", "t", "b", "o", "t"}},       // chatbot
    {6, {"a", "t", "t", "e", "n", "t"}},       // attention
    {6, {"h", "a4`", "r", "m", "l", "eo3"}},   // harmless
    {6, {"|", "\"", "r", "o", "l", "e"}},      // {\"role\": …
    {6, {"a", "b", "a", "i", "k", "a"}},       // abaikan
    {6, {"a", "p", "p", "r", "o", "v"}},       // approve
    {7, {"r", "e", "f", "r", "a", "i"}},       // refrain
    {7, {"v", "e", "r", "d", "i", "c"}},       // verdict
    {7, {"g", "u", "i", "d", "e", "l"}},       // guideline
    {7, {"r", "e", "c", "t", "i", "v"}},       // directive
    {7, {"v", "e", "i", "l", "i", "g"}},       // veilig
    {7, {"v", "e", "r", "g", "i", "s"}},       // vergiss
    {7, {"v", "e", "r", "g", "e", "e"}},       // vergeet
    {7, {"l", "o", "w", kGap, "r", "i"}},      // low risk
    {6, {"o", "w", "n", "g", "r", "a"}},       // downgrade
    {2, {"s", "u", "s", "p", "i", "c"}},       // suspicious
    {0, {"n", "o0", kGap, "n", "e", "e"}},     // no need
    {4, {"n", "o", kGap, "r", "e", "p"}},      // no reportes
    {3, {"t", "r", "u", "s", "t", kGap}},      // trust the …
};
constexpr Trigger<kShortPlaces> kShort[] = {
    {0, {"r", "o", "t", "1", "3"}},    // rot13
    {0, {"d", "o", "n", "t'"}},        // don't
    {1, {"#", "#", "#"}},              // ### Instruction
    {2, {"o", "b", "e", "y"}},         // obey
    {3, {"1i", "g", "n", "o0", "r"}},  // ignore
    {3, {"s", "i", "c", "u", "r"}},    // sicuro
    {4, {"5s$", "4a`", "f", "3e"}},    // safe
    {5, {"a", "l", "e", "r", "t"}},    // alert
    {5, {"a", "v", "o", "i", "d"}},    // avoid
    {5, {"d", "o", "n", "o", "t"}},    // doNotReport
    {5, {"{", "i", "n", "s", "t"}},    // [INST]
    {6, {"y", "o", "u"}},              // you
    {7, {"n", "e", "v", "e", "r"}},    // never
    {7, {"s", "e", "g", "u", "r"}},    // seguro
    {7, {"s", "e", "p", "o", "s"}},    // falsePositive
};

template <std::size_t Places, std::size_t Count>
constexpr void fill(const Trigger<Places> (&triggers)[Count], uint8_t (&table)[Places][16]) {
  for (const Trigger<Places>& trigger : triggers) {
    const auto group = static_cast<uint8_t>(1U << trigger.group);
    for (std::size_t place = 0; place < Places; ++place) {
      for (unsigned low = 0; low < 16; ++low) {
        bool passes = trigger.places[place].empty();
        for (const char c : trigger.places[place]) {
          passes = passes || (static_cast<unsigned char>(c) & 15U) == low;
        }
        if (passes) table[place][low] = static_cast<uint8_t>(table[place][low] | group);
      }
    }
  }
}

constexpr TriggerTables make_tables() {
  TriggerTables tables{};
  fill(kLong, tables.long_set);
  fill(kShort, tables.short_set);
  return tables;
}

// Bit t of [p][b] is set if byte b may be at place p of trigger t.
template <std::size_t Places>
using ExactTable = std::array<std::array<std::uint64_t, 256>, Places>;

template <std::size_t Places, std::size_t Count>
constexpr ExactTable<Places> exact(const Trigger<Places> (&triggers)[Count]) {
  static_assert(Count <= 64);
  ExactTable<Places> table{};
  std::uint64_t bit = 1;
  for (const Trigger<Places>& trigger : triggers) {
    for (std::size_t place = 0; place < Places; ++place) {
      auto& bytes = table[place];
      if (trigger.places[place].empty()) {
        for (std::uint64_t& triggers_of_byte : bytes) triggers_of_byte |= bit;
      }
      for (const char c : trigger.places[place]) {
        const auto byte = static_cast<unsigned char>(c);
        bytes[byte] |= bit;
        bytes[byte & ~0x20U] |= bit;
      }
    }
    bit <<= 1U;
  }
  return table;
}

constexpr ExactTable<kLongPlaces> kExactLong = exact(kLong);
constexpr ExactTable<kShortPlaces> kExactShort = exact(kShort);

template <std::size_t Places>
bool any_stands_at(const char* at, const ExactTable<Places>& table) {
  std::uint64_t left = ~std::uint64_t{0};
  for (std::size_t place = 0; place < Places && left != 0; ++place) {
    left &= table[place][static_cast<unsigned char>(at[place])];
  }
  return left != 0;
}

}  // namespace

constinit const TriggerTables kTriggerTables = make_tables();

bool is_sign(const char* at) {
  const auto byte = static_cast<unsigned char>(*at);
  if (byte >= 0x80 || byte == '%' || byte == '&' || byte == '<') return true;
  if (byte == '\\' && at[1] == 'u') return true;
  return any_stands_at(at, kExactLong) || any_stands_at(at, kExactShort);
}

}  // namespace trailwarden::injection
