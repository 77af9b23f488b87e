#include "json/projection.h"

#include <utility>

#include "base/hash.h"
#include "json/projection_tree.h"
#include "json/structural_index.h"

namespace trailwarden::json {

void fold_case(std::string& name) {
  for (char& byte : name) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
}

std::uint32_t Projection::Tree::child_or_new(std::uint32_t node, std::string_view name) {
  const auto next = static_cast<std::uint32_t>(edges.size());
  const auto [known, is_new] = edges_by_hash.try_emplace(hash64(name, node), next);
  for (auto at = is_new ? kNone : known->second; at != kNone; at = edges[at].alike) {
    if (edges[at].parent == node && name_of(edges[at]) == name) return at + 1;
  }
  edges.push_back({.parent = node,
                   .text = static_cast<std::uint32_t>(texts.size()),
                   .length = static_cast<std::uint32_t>(name.size()),
                   .alike = is_new ? kNone : std::exchange(known->second, next)});
  texts += name;
  nodes.emplace_back();
  return next + 1;
}

// At most a quarter full: many names of a record are in no table, and a search for them should
// end at the first look.
void Projection::Tree::make_tables() {
  std::vector<std::uint32_t> members(nodes.size());
  for (const Edge& edge : edges) ++members[edge.parent];
  std::uint32_t places_in_all = 0;
  for (std::size_t node = 0; node < nodes.size(); ++node) {
    const std::uint32_t size = std::bit_ceil(members[node] * 4 + 1);
    nodes[node].table = std::exchange(places_in_all, places_in_all + size);
    nodes[node].mask = size - 1;
    nodes[node].has_children = members[node] != 0;
  }
  places.resize(places_in_all);
}

void Projection::Tree::put_into_table(const Edge& edge, std::uint32_t child) {
  Node& node = nodes[edge.parent];
  const std::string_view name = name_of(edge);
  std::uint32_t at = hash_of(name);
  while (places[node.table + (at & node.mask)] != 0) ++at;
  places[node.table + (at & node.mask)] = static_cast<std::uint32_t>(names.size());
  Name& added = names.emplace_back();
  name.copy(added.front.data(), added.front.size());
  added.length = edge.length;
  added.text = edge.text;
  added.child = child;
  if (folded || name.find('\\') != std::string_view::npos) node.odd_names = true;
}

void Projection::Tree::freeze() {
  make_tables();
  names.reserve(edges.size() + 1);
  for (std::uint32_t i = 0; i < edges.size(); ++i) put_into_table(edges[i], i + 1);
  edges = {};
  edges_by_hash = {};
}

// Adds the fields of `from`, which is frozen, at names in lower case.
void Projection::Tree::add_folded(const Tree& from) {
  folded = true;
  paths = from.paths;
  // A node of `from`, and its twin here.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> open = {{0, 0}};
  while (!open.empty()) {
    const auto [original, twin] = open.back();
    open.pop_back();
    const Node& node = from.nodes[original];
    if (nodes[twin].field == kNone) {
      nodes[twin].field = node.field;
    } else if (node.field != kNone) {
      shared.emplace_back(FieldId{nodes[twin].field}, FieldId{node.field});
    }
    for (std::uint32_t at = node.table; at <= node.table + node.mask; ++at) {
      if (from.places[at] == 0) continue;
      const Name& below = from.names[from.places[at]];
      std::string name = from.texts.substr(below.text, below.length);
      fold_case(name);
      open.emplace_back(below.child, child_or_new(twin, name));
    }
  }
}

Projection Projection::folded() const {
  auto tree = std::make_shared<Tree>();
  tree->add_folded(*tree_);
  tree->freeze();
  Projection projection;
  projection.tree_ = std::move(tree);
  return projection;
}

std::size_t Projection::field_count() const { return tree_->paths.size(); }

std::string_view Projection::path(FieldId field) const { return tree_->paths[index_of(field)]; }

ProjectionBuilder::ProjectionBuilder() : tree_(std::make_unique<Projection::Tree>()) {}
ProjectionBuilder::~ProjectionBuilder() = default;
ProjectionBuilder::ProjectionBuilder(ProjectionBuilder&&) noexcept = default;
ProjectionBuilder& ProjectionBuilder::operator=(ProjectionBuilder&&) noexcept = default;

FieldId ProjectionBuilder::add(std::span<const std::string> names) {
  if (names.empty()) return add(std::string_view());
  std::string path = names[0];
  for (const std::string& name : names.subspan(1)) path.append(1, '.').append(name);
  if (!path.empty()) return add(path);
  return add_at(tree_->child_or_new(0, ""), path);  // One name, and that empty: not the root.
}

FieldId ProjectionBuilder::add(std::string_view dotted_path) {
  std::uint32_t node = 0;
  for (std::string_view rest = dotted_path; !dotted_path.empty();) {
    const std::size_t dot = rest.find('.');
    node = tree_->child_or_new(node, rest.substr(0, dot));
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return add_at(node, dotted_path);
}

FieldId ProjectionBuilder::add_at(std::uint32_t node, std::string_view path) {
  std::uint32_t& field = tree_->nodes[node].field;
  if (field == Projection::Tree::kNone) {
    field = static_cast<std::uint32_t>(tree_->paths.size());
    tree_->paths.emplace_back(path);
  }
  return FieldId{field};
}

Projection ProjectionBuilder::build() && {
  tree_->freeze();
  Projection projection;
  projection.tree_ = std::move(tree_);
  return projection;
}

}  // namespace trailwarden::json
