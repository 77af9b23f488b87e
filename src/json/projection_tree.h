// The paths of a Projection as the walker reads them: a tree of names with one hash table a node.
// Private to this room.
#pragma once

#include <array>
#include <bit>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/projection.h"

namespace trailwarden::json {

// What tells most names apart at one look: the length, the first 8 bytes, and of names up to 16
// bytes the next 8 (zero behind the name's end), of longer ones the last 8.
struct NameKey {
  std::uint64_t front = 0;
  std::uint64_t back = 0;
  std::uint32_t length = 0;

  bool operator==(const NameKey&) const = default;
};

// By length: which bits of 16 loaded bytes belong to a name. A table, because lengths are too
// irregular for a processor to predict branches on them.
struct NameMask {
  std::uint64_t front;
  std::uint64_t back;
};
inline constexpr std::array<NameMask, 17> kNameMasks = [] {
  std::array<NameMask, 17> masks{};
  for (std::size_t length = 1; length <= 16; ++length) {
    masks[length] = masks[length - 1];
    std::uint64_t& half = length <= 8 ? masks[length].front : masks[length].back;
    half = (half << 8) | 0xFF;
  }
  return masks;
}();

inline std::uint64_t load_8(const char* bytes) {
  static_assert(std::endian::native == std::endian::little, "the masks count from byte 0");
  std::uint64_t loaded;
  std::memcpy(&loaded, bytes, sizeof loaded);
  return loaded;
}

// 16 bytes must be readable at `name`, whatever its length.
inline NameKey name_key(std::string_view name) {
  const std::size_t length = name.size();
  const NameMask& mask = kNameMasks[length < 16 ? length : 16];
  return {.front = load_8(name.data()) & mask.front,
          .back = load_8(name.data() + (length < 16 ? 8 : length - 8)) & mask.back,
          .length = static_cast<std::uint32_t>(length)};
}

// Where a name belongs in a table. Of single bytes, because they are at hand before the key is.
inline std::uint32_t hash_of(std::string_view name) {
  if (name.empty()) return 0;
  const auto first = static_cast<unsigned char>(name.front());
  const auto last = static_cast<unsigned char>(name.back());
  return first * 5U + last * 37U + static_cast<std::uint32_t>(name.size()) * 3U;
}

// ASCII letters to lower case, in place.
void fold_case(std::string& name);

struct Projection::Tree {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Node {
    std::uint32_t field = kNone;  // The field whose path ends here.
    std::uint32_t table = 0;      // Where its table begins in `places`.
    std::uint32_t mask = 0;       // Size of the table (a power of two) less one.
    bool has_children = false;
    bool odd_names = false;  // Compare unescaped names only: a name below holds a backslash, or
                             // the tree is folded.
  };
  struct Name {
    NameKey key;
    std::uint32_t child = kNone;
    std::uint32_t text = 0;  // Where the name's bytes begin in `texts`.
  };

  std::vector<Node> nodes{Node{}};  // Number 0 is the walked value itself.
  // The tables are apart from what they lead to: few names of all those that rules ask for occur in
  // logs, and theirs should stay in the processor's nearest cache.
  std::vector<std::uint32_t> places;  // Numbers of names; 0 is a free place.
  std::vector<Name> names{Name{}};    // Number 0 is none.
  std::string texts;
  std::vector<std::string> paths;  // By field.

  // Of Projection::folded(): the names are in lower case, and second fields of one node get the
  // values of its first.
  bool folded = false;
  std::vector<std::pair<FieldId, FieldId>> shared;

  // What the builder collects and freeze() makes tables of: edges[i] leads to nodes[i + 1]. Names
  // are in `texts`.
  struct Edge {
    std::uint32_t parent;
    std::uint32_t text;
    std::uint32_t length;
    std::uint32_t alike;  // The next edge of the same hash, or kNone.
  };
  std::vector<Edge> edges;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> edges_by_hash;

  std::uint32_t child_or_new(std::uint32_t node, std::string_view name);
  void add_folded(const Tree& from);
  void freeze();

  // The node below `node` with this name, or kNone. 16 bytes must be readable at `name`.
  std::uint32_t find(const Node& node, std::string_view name) const {
    const NameKey key = name_key(name);
    for (std::uint32_t at = hash_of(name);; ++at) {
      const std::uint32_t place = places[node.table + (at & node.mask)];
      if (place == 0) return kNone;
      if (names[place].key == key && same_middle(names[place], name)) return names[place].child;
    }
  }

 private:
  // Of two names with one key: whether the bytes are equal that the key leaves out.
  bool same_middle(const Name& known, std::string_view name) const {
    for (std::size_t at = 8; at + 8 < name.size(); at += 8) {
      if (load_8(texts.data() + known.text + at) != load_8(name.data() + at)) return false;
    }
    return true;
  }
  std::string_view name_of(const Edge& edge) const {
    return std::string_view(texts).substr(edge.text, edge.length);
  }
  void make_tables();
  void put_into_table(const Edge& edge, std::uint32_t child);
};

}  // namespace trailwarden::json
