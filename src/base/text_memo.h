// What was last said of a text, for texts that come again and again: names, user agents, ARNs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace trailwarden {

// A bounded table of (kind, text) to value; a newcomer takes the place of what had its slot. Texts
// are compared in full, so that no text can be made to pass for another. One thread. Takes memory
// when it is first asked.
template <class Value>
class TextMemo {
 public:
  // 2^slot_bits places; texts above text_max bytes are never remembered.
  TextMemo(unsigned slot_bits, std::size_t text_max) : slot_bits_(slot_bits), text_max_(text_max) {}

  // Remembered of this kind (any number but UINT64_MAX) and text, or what make() says, which may
  // call clear().
  template <class Make>
  Value get(std::uint64_t kind, std::string_view text, const Make& make) {
    if (text.size() > text_max_) return make();
    if (slots_.empty()) slots_.resize(std::size_t{1} << slot_bits_);
    Slot& slot = slots_[place_of(kind, text)];
    if (slot.kind != kind || slot.text != text) {
      slot.value = make();
      slot.kind = kind;
      slot.text = text;
    }
    return slot.value;
  }

  void clear() {
    for (Slot& slot : slots_) slot.kind = kNoKind;
  }

 private:
  static constexpr std::uint64_t kNoKind = UINT64_MAX;
  struct Slot {
    std::uint64_t kind = kNoKind;
    Value value{};
    std::string text;
  };

  template <class Number>
  static std::uint64_t load(const char* bytes) {
    Number number;
    std::memcpy(&number, bytes, sizeof number);
    return number;
  }

  // By both ends and the middle, where names differ: hashing every byte would cost as much as what
  // is remembered.
  std::size_t place_of(std::uint64_t kind, std::string_view text) const {
    const std::size_t size = text.size();
    const char* const bytes = text.data();
    std::uint64_t part = size;
    if (size >= 8) {
      part += 3 * load<std::uint64_t>(bytes) + 5 * load<std::uint64_t>(bytes + size - 8) +
              7 * load<std::uint64_t>(bytes + (size - 8) / 2);
    } else if (size >= 4) {
      part += 3 * load<std::uint32_t>(bytes) + 5 * load<std::uint32_t>(bytes + size - 4);
    } else if (size != 0) {
      part += 3 * load<std::uint8_t>(bytes) + 5 * load<std::uint8_t>(bytes + size - 1);
    }
    part = (part ^ kind) * 0x9E3779B97F4A7C15U;
    return static_cast<std::size_t>((part ^ part >> 32U) * 0x9E3779B97F4A7C15U >>
                                    (64U - slot_bits_));
  }

  unsigned slot_bits_;
  std::size_t text_max_;
  std::vector<Slot> slots_;
};

}  // namespace trailwarden
