// What a projection must find, told by Boost.JSON: its parser (not its DOM, which drops repeated
// members) fills a plain tree, and the paths are looked up in that tree the obvious way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/projected.h"

namespace trailwarden::json::oracle {

struct Node {
  Kind kind = Kind::Null;
  std::string text;    // Of a string its value, of a number its digits.
  std::string name{};  // Of a member.
  std::vector<Node> members{};
  std::vector<Node> elements{};
};

using Path = std::vector<std::string>;

// The tree of `text`, or nullopt where Boost.JSON does not accept it.
std::optional<Node> parse(std::string_view text);

// Every path in the tree, once, in document order: at most `paths_max`.
std::vector<Path> paths_of(const Node& root, std::size_t paths_max);

// Walks `text` for `paths` and compares with the tree: the values of each field in order, their
// kinds and texts, and which of them one choice of array elements leads to. The empty string if
// all is as it must be, else what differs.
std::string compare(std::string_view text, const Node& root, const std::vector<Path>& paths);

}  // namespace trailwarden::json::oracle
