// The paths of a Projection as the walker reads them: a tree of names with one hash table a node.
// Private to this room.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/byte_search.h"
#include "json/projection.h"

namespace trailwarden::json {

// Where a name belongs in a table. Of single bytes: more would take longer than a second look now
// and then.
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
  // With its first bytes at hand: most names have no more.
  struct Name {
    std::array<char, 16> front{};
    std::uint32_t length = 0;
    std::uint32_t text = 0;  // Where the name's bytes begin in `texts`.
    std::uint32_t child = kNone;
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
    for (std::uint32_t at = hash_of(name);; ++at) {
      const std::uint32_t place = places[node.table + (at & node.mask)];
      if (place == 0) return kNone;
      if (is_named(names[place], name)) return names[place].child;
    }
  }

 private:
  bool is_named(const Name& known, std::string_view name) const {
    const std::size_t size = name.size();
    if (known.length != size) return false;
    if (size <= 16) return equal_16(known.front.data(), name.data(), size);
    const char* const text = texts.data() + known.text;
    return equal_16(known.front.data(), name.data(), 16) &&
           equal_16(text + size - 16, name.data() + size - 16, 16) &&
           (size <= 32 || std::memcmp(text + 16, name.data() + 16, size - 32) == 0);
  }
  std::string_view name_of(const Edge& edge) const {
    return std::string_view(texts).substr(edge.text, edge.length);
  }
  void make_tables();
  void put_into_table(const Edge& edge, std::uint32_t child);
};

}  // namespace trailwarden::json
