// The paths of a Projection as the walker reads them: a tree of names with one hash table a node.
// Private to this room.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/projection.h"

namespace trailwarden::json {

// What tells names apart without looking at them twice: the length and the first 16 bytes.
struct NameKey {
  std::uint64_t first = 0;  // Bytes 0..7, zero behind the name's end.
  std::uint64_t second = 0;
  std::uint32_t length = 0;

  bool operator==(const NameKey&) const = default;
};

// By length up to 16: which bits of a name's first 16 bytes belong to it. A table, because lengths
// are too irregular for a processor to predict branches on them.
struct NameMask {
  std::uint64_t first;
  std::uint64_t second;
};
inline constexpr std::array<NameMask, 17> kNameMasks = [] {
  std::array<NameMask, 17> masks{};
  for (std::size_t length = 1; length <= 16; ++length) {
    masks[length] = masks[length - 1];
    std::uint64_t& half = length <= 8 ? masks[length].first : masks[length].second;
    half = (half << 8) | 0xFF;
  }
  return masks;
}();

// 16 bytes must be readable at `name`, whatever its length.
inline NameKey name_key(const char* name, std::uint32_t length) {
  static_assert(std::endian::native == std::endian::little, "the masks count from byte 0");
  const NameMask& mask = kNameMasks[length < 16 ? length : 16];
  NameKey key{.length = length};
  std::memcpy(&key.first, name, 8);
  std::memcpy(&key.second, name + 8, 8);
  key.first &= mask.first;
  key.second &= mask.second;
  return key;
}

inline std::uint64_t hash_of(const NameKey& key) {
  const std::uint64_t mixed = (key.first * 0x9E3779B97F4A7C15) ^ (key.second * 0xD6E8FEB86659FD93);
  return mixed >> 40;
}

// A number below 64 that two names seldom share: most names that nobody asked for stop here.
inline std::uint32_t sieve_bit(std::string_view name) {
  const auto first = static_cast<unsigned char>(name.empty() ? '\0' : name.front());
  return (first * 7U + static_cast<std::uint32_t>(name.size())) & 63;
}

// ASCII letters to lower case, in place.
void fold_case(std::string& name);

struct Projection::Tree {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Node {
    std::uint32_t field = kNone;  // The field whose path ends here.
    std::uint32_t slots = 0;      // Where its table begins.
    std::uint32_t mask = 0;       // Size of the table (a power of two) less one.
    std::uint64_t seen = 0;       // Bit sieve_bit() of each name in the table.
    bool has_children = false;
    bool odd_names = false;  // Compare unescaped names only: a name below holds a backslash, or
                             // the tree is folded.
  };
  struct Slot {
    NameKey key;
    std::uint32_t child = kNone;  // kNone: free, and the end of a search.
    std::uint32_t name = 0;       // Where the name begins in `names`.
  };

  std::vector<Node> nodes{Node{}};  // Number 0 is the walked value itself.
  std::vector<Slot> slots;
  std::string names;
  std::vector<std::string> paths;  // By field.

  // Of Projection::folded(): the names are in lower case, and second fields of one node get the
  // values of its first.
  bool folded = false;
  std::vector<std::pair<FieldId, FieldId>> shared;

  // The names below each node: what the builder collects and freeze() makes tables of.
  std::vector<std::map<std::string, std::uint32_t, std::less<>>> children{{}};

  std::uint32_t child_or_new(std::uint32_t node, std::string_view name);
  void add_folded(const Tree& from);
  void freeze();

  // The node below `node` with this name, or kNone. 16 bytes must be readable at `name`.
  std::uint32_t find(const Node& node, std::string_view name) const {
    if ((node.seen >> sieve_bit(name) & 1) == 0) return kNone;
    const NameKey key = name_key(name.data(), static_cast<std::uint32_t>(name.size()));
    for (std::uint64_t at = hash_of(key);; ++at) {
      const Slot& slot = slots[node.slots + (at & node.mask)];
      if (slot.child == kNone) return kNone;
      if (slot.key == key && same_rest(slot, name)) return slot.child;
    }
  }

 private:
  bool same_rest(const Slot& slot, std::string_view name) const {
    return name.size() <= 16 ||
           std::memcmp(names.data() + slot.name + 16, name.data() + 16, name.size() - 16) == 0;
  }
  void make_table(Node& node, const std::map<std::string, std::uint32_t, std::less<>>& members);
};

}  // namespace trailwarden::json
