// YAML text as a plain tree of nodes with places. The only files that know libfyaml are this pair.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trailwarden::sigma {

// A place in a file, both counted from 1.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  auto operator<=>(const Position&) const = default;
};

enum class Style : std::uint8_t { Plain, Quoted, Block };

// A YAML node, aliases already replaced by what they stand for. A plain scalar may be a number, a
// boolean or null; a quoted or block one is always text.
struct Node {
  enum class Kind : std::uint8_t { Scalar, Sequence, Mapping } kind = Kind::Scalar;
  Style style = Style::Plain;  // Of a scalar.
  std::string text;            // Of a scalar, as written but for YAML's own escapes.
  std::vector<Node> items;     // Elements of a sequence; members of a mapping, in order.
  std::string key;             // The node's name, when it is a member of a mapping.
  Position at;
  Position key_at;  // Where the key's text begins, behind its quote if it has one.
  // Whether text[i] stands at at.column + i (+ 1 when quoted): one line, no escapes.
  bool verbatim = false;

  bool is_scalar() const { return kind == Kind::Scalar; }
  bool is_sequence() const { return kind == Kind::Sequence; }
  bool is_mapping() const { return kind == Kind::Mapping; }
  // The member of this mapping with that name, or null.
  const Node* find(std::string_view name) const;
  // The place of the character text[offset], or of the scalar where that is not known.
  Position place_of(std::size_t offset) const;
};

struct YamlProblem {
  Position at;
  std::string message;
};

struct YamlDocument {
  Node root;
  std::size_t number = 0;  // In its file, from 0; damaged ones count.
};

struct YamlStream {
  std::vector<YamlDocument> documents;  // In order; damaged and empty ones are not among them.
  std::vector<YamlProblem> problems;
};

// What a file may cost us. Beyond it, the file or the document is refused with a problem.
struct YamlLimits {
  std::size_t bytes_max = std::size_t{16} << 20;  // A file.
  std::size_t depth_max = 32;                     // Nested sequences and mappings.
  std::size_t nodes_max = 100'000;                // A document, aliases counted in full.
  std::size_t problems_max = 100;                 // A file; then reading it is given up.
};

// Reads all documents of `text`. A damaged document does not harm the others. Duplicate keys, merge
// keys (<<), tags other than !!str and keys that are not scalars are problems of their document.
YamlStream read_yaml(std::string_view text, const YamlLimits& limits = {});

}  // namespace trailwarden::sigma
