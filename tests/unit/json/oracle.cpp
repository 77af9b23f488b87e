#include "oracle.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <set>
#include <utility>

#include "json/walker.h"
#include "padded.h"

namespace trailwarden::json::oracle {
namespace {

// Boost.JSON's event handler: builds the tree. Text comes in parts.
struct Builder {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using Code = boost::json::error_code;
  using View = boost::json::string_view;

  Node root;
  std::vector<Node> open;  // The containers around the next value.
  std::vector<std::string> names;
  std::string part;

  bool put(Node node) {
    if (open.empty()) {
      root = std::move(node);
    } else if (open.back().kind == Kind::Array) {
      open.back().elements.push_back(std::move(node));
    } else {
      node.name = std::move(names.back());
      names.pop_back();
      open.back().members.push_back(std::move(node));
    }
    return true;
  }
  bool enter(Kind kind) {
    open.push_back({kind, {}});
    return true;
  }
  bool leave() {
    Node node = std::move(open.back());
    open.pop_back();
    return put(std::move(node));
  }
  bool collect(View text) {
    part.append(text.data(), text.size());
    return true;
  }
  bool scalar(Kind kind, View text) {
    collect(text);
    return put({kind, std::exchange(part, {})});
  }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return enter(Kind::Object); }
  bool on_object_end(std::size_t, Code&) { return leave(); }
  bool on_array_begin(Code&) { return enter(Kind::Array); }
  bool on_array_end(std::size_t, Code&) { return leave(); }
  bool on_key_part(View text, std::size_t, Code&) { return collect(text); }
  bool on_key(View text, std::size_t, Code&) {
    collect(text);
    names.push_back(std::exchange(part, {}));
    return true;
  }
  bool on_string_part(View text, std::size_t, Code&) { return collect(text); }
  bool on_string(View text, std::size_t, Code&) { return scalar(Kind::String, text); }
  bool on_number_part(View text, Code&) { return collect(text); }
  bool on_int64(std::int64_t, View text, Code&) { return scalar(Kind::Number, text); }
  bool on_uint64(std::uint64_t, View text, Code&) { return scalar(Kind::Number, text); }
  bool on_double(double, View text, Code&) { return scalar(Kind::Number, text); }
  bool on_bool(bool value, Code&) { return scalar(value ? Kind::True : Kind::False, {}); }
  bool on_null(Code&) { return scalar(Kind::Null, {}); }
  bool on_comment_part(View, Code&) { return true; }
  bool on_comment(View, Code&) { return true; }
};

// A value that a path leads to, and the array elements chosen on the way: (array, position).
struct Hit {
  const Node* node;
  std::vector<std::pair<const Node*, std::size_t>> choices;
};

// A name with dots is as many names.
Path below(Path path, std::string_view name) {
  for (;;) {
    const std::size_t dot = name.find('.');
    path.emplace_back(name.substr(0, dot));
    if (dot == std::string_view::npos) return path;
    name.remove_prefix(dot + 1);
  }
}

template <class Visit>
void visit_all(const Node& node, const Path& path, const Hit& hit, bool in_array, Visit& visit) {
  if (!(in_array && node.kind == Kind::Array)) visit(path, Hit{&node, hit.choices});
  for (const Node& member : node.members) {
    visit_all(member, below(path, member.name), hit, false, visit);
  }
  for (std::size_t i = 0; i < node.elements.size(); ++i) {
    Hit inner = hit;
    const Kind kind = node.elements[i].kind;
    if (kind == Kind::Object || kind == Kind::Array) inner.choices.emplace_back(&node, i);
    visit_all(node.elements[i], path, inner, true, visit);
  }
}

bool agree(const Hit& left, const Hit& right) {
  for (const auto& [array, position] : left.choices) {
    for (const auto& [other, other_position] : right.choices) {
      if (array == other && position != other_position) return false;
    }
  }
  return true;
}

bool same_text(const Node& node, const Value& value, Projected& found) {
  switch (node.kind) {
    case Kind::Object:
      return value.raw.front() == '{' && value.raw.back() == '}';
    case Kind::Array:
      return value.raw.front() == '[' && value.raw.back() == ']';
    case Kind::String:
      return found.text_of(value) == node.text;
    case Kind::Number:
      return value.raw == node.text;
    default:
      return true;
  }
}

std::string compare_field(const std::vector<Hit>& expected, FieldId field, Projected& found,
                          std::vector<std::pair<const Hit*, ElementId>>& all) {
  std::uint32_t at = found.first(field);
  for (const Hit& hit : expected) {
    if (at == Projected::kNone) return "a value is missing";
    const Value value = found.value(at);
    if (value.kind != hit.node->kind) return "a value is of another kind";
    if (!same_text(*hit.node, value, found)) return "a value has another text";
    all.emplace_back(&hit, value.element);
    at = value.next;
  }
  return at == Projected::kNone ? "" : "there is a value too many";
}

}  // namespace

std::optional<Node> parse(std::string_view text) {
  boost::json::basic_parser<Builder> parser{boost::json::parse_options{}};
  boost::json::error_code failed;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failed);
  if (failed || read != text.size()) return std::nullopt;
  return std::move(parser.handler().root);
}

std::vector<Path> paths_of(const Node& root, std::size_t paths_max) {
  std::vector<Path> paths;
  std::set<Path> known;
  auto visit = [&](const Path& path, const Hit&) {
    if (paths.size() < paths_max && known.insert(path).second) paths.push_back(path);
  };
  visit_all(root, {}, {&root, {}}, false, visit);
  return paths;
}

std::string compare(std::string_view text, const Node& root, const std::vector<Path>& paths) {
  ProjectionBuilder builder;
  for (const Path& path : paths) builder.add(path);
  const Projection projection = std::move(builder).build();
  if (projection.field_count() != paths.size()) return "two paths are one field";

  const Padded padded(text);
  StructuralIndex index;
  index.build(padded.text());
  Projected found;
  found.clear(projection.field_count());
  const WalkResult walked = project(index, 0, projection, found);
  if (walked.status != WalkStatus::Complete) return std::string("not read: ") + walked.problem;
  if (walked.next_token != index.tokens().size()) return "tokens are left over";

  std::vector<std::vector<Hit>> expected(paths.size());
  auto visit = [&](const Path& path, Hit hit) {
    const auto field = std::find(paths.begin(), paths.end(), path) - paths.begin();
    if (static_cast<std::size_t>(field) < paths.size()) {
      expected[static_cast<std::size_t>(field)].push_back(std::move(hit));
    }
  };
  visit_all(root, {}, {&root, {}}, false, visit);

  std::vector<std::pair<const Hit*, ElementId>> all;
  for (std::uint32_t field = 0; field < paths.size(); ++field) {
    const std::string differs = compare_field(expected[field], FieldId{field}, found, all);
    if (!differs.empty()) {
      return std::string("field ") + std::string(projection.path(FieldId{field})) + ": " + differs;
    }
  }
  all.resize(std::min(all.size(), std::size_t{200}));  // Pairs: keep it quadratic in little.
  for (const auto& [left, left_element] : all) {
    for (const auto& [right, right_element] : all) {
      if (found.consistent(left_element, right_element) != agree(*left, *right)) {
        return "two values are tied otherwise";
      }
    }
  }
  return "";
}

}  // namespace trailwarden::json::oracle
