// Which paths of a JSON object somebody wants. Every consumer (patterns, rules, reports) names its
// field paths beforehand; the walker then fills exactly those in one pass over the record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/lifetime.h"

namespace trailwarden::json {

// A dense number for one field path of one Projection.
enum class FieldId : std::uint32_t {};

constexpr std::uint32_t index_of(FieldId field) { return static_cast<std::uint32_t>(field); }

// Immutable; any number of threads may read it. A path is a list of member names; arrays on the
// way are passed through (every element counts). The empty path is the walked value itself.
class Projection {
 public:
  struct Tree;  // The paths as a tree of names, laid out for the walker.

  std::size_t field_count() const;
  // The member names of `field`, joined by dots.
  std::string_view path(FieldId field) const TW_LIFETIMEBOUND;

  // The same fields for texts whose writer lower-cased the names and put objects into strings, as
  // exports of logs to tables do. A walk for it compares names without regard to the case of ASCII
  // letters, and reads a string that holds a JSON object or array as that, if fields lie below its
  // path (but no string inside of it). Fields whose paths differ by case only get the same values.
  // Slower to walk: every name is copied.
  Projection folded() const;

  const Tree& tree() const TW_LIFETIMEBOUND { return *tree_; }

 private:
  friend class ProjectionBuilder;
  std::shared_ptr<const Tree> tree_;
};

// Collects paths. Consumed by build(), so that nothing can be added to a finished Projection.
class ProjectionBuilder {
 public:
  ProjectionBuilder();
  ~ProjectionBuilder();
  ProjectionBuilder(ProjectionBuilder&&) noexcept;
  ProjectionBuilder& operator=(ProjectionBuilder&&) noexcept;

  // The field at this path; the same path gives the same id. A name that holds dots is the same
  // as the names between them ("a.b" is "a" then "b"), as EventBridge reads both patterns and
  // events.
  FieldId add(std::span<const std::string> names);
  // The same with dots between the names; "" is the empty path.
  FieldId add(std::string_view dotted_path);

  Projection build() &&;

 private:
  FieldId add_at(std::uint32_t node, std::string_view path);

  std::unique_ptr<Projection::Tree> tree_;
};

}  // namespace trailwarden::json
