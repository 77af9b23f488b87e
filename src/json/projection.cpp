#include "json/projection.h"

#include "json/projection_tree.h"
#include "json/structural_index.h"

namespace trailwarden::json {

void fold_case(std::string& name) {
  for (char& byte : name) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
}

std::uint32_t Projection::Tree::child_or_new(std::uint32_t node, std::string_view name) {
  const auto known = children[node].find(name);
  if (known != children[node].end()) return known->second;
  const auto child = static_cast<std::uint32_t>(nodes.size());
  nodes.emplace_back();
  children[node].emplace(std::string(name), child);
  children.emplace_back();
  return child;
}

// At most a quarter full: many names of a record are in no table, and a search for them should
// end at the first look.
void Projection::Tree::make_table(
    Node& node, const std::map<std::string, std::uint32_t, std::less<>>& members) {
  const std::size_t size = std::bit_ceil(members.size() * 4 + 1);
  node.table = static_cast<std::uint32_t>(places.size());
  node.mask = static_cast<std::uint32_t>(size - 1);
  node.has_children = !members.empty();
  places.resize(places.size() + size);
  for (const auto& [name, child] : members) {
    std::string padded = name;
    padded.append(kPadding, '\0');
    const NameKey key = name_key({padded.data(), name.size()});
    std::uint32_t at = hash_of(name);
    while (places[node.table + (at & node.mask)] != 0) ++at;
    places[node.table + (at & node.mask)] = static_cast<std::uint32_t>(names.size());
    names.push_back({key, child, static_cast<std::uint32_t>(texts.size())});
    texts += name;
    if (folded || name.find('\\') != std::string::npos) node.odd_names = true;
  }
}

void Projection::Tree::freeze() {
  for (std::size_t node = 0; node < nodes.size(); ++node) make_table(nodes[node], children[node]);
  children.clear();
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
      std::string name = from.texts.substr(below.text, below.key.length);
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
