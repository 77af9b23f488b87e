// What Boost.JSON accepts the walker reads too and finds the same values in; what it refuses does
// no harm; and a text that is cut is never complete.
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "../unit/json/oracle.cpp"  // A fuzz target is one file.
#include "../unit/json/padded.h"
#include "json/walker.h"

namespace {

using namespace trailwarden::json;

const Projection& some_paths() {
  static const Projection projection = [] {
    ProjectionBuilder builder;
    for (const char* path :
         {"", "a", "a.b", "a.b.c", "b", "b.", ".", "eventName", "userIdentity.arn"}) {
      builder.add(path);
    }
    return std::move(builder).build();
  }();
  return projection;
}

// Looks at every value in reach of the public functions. Gives how many items there were.
std::size_t look_at(const StructuralIndex& index, std::uint32_t token, int depth) {
  std::size_t items = 0;
  (void)scalar_at(index, token);
  if (depth == 0) return items;
  ItemCursor item(index, token);
  while (item.next()) {
    items += 1 + look_at(index, item.value(), depth - 1);
  }
  if (item.position().offset > index.text().size()) __builtin_trap();
  return items;
}

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  __builtin_trap();
}

void check_any(std::string_view text) {
  const Padded padded(text, '}');
  StructuralIndex index;
  index.build(padded.text());
  Projected found;
  found.clear(some_paths().field_count());
  (void)project(index, 0, some_paths(), found);
  for (std::uint32_t field = 0; field < some_paths().field_count(); ++field) {
    (void)found.text(FieldId{field});
  }
  (void)look_at(index, 0, 3);
  static const Projection folded = some_paths().folded();
  found.clear(folded.field_count());
  (void)project(index, 0, folded, found);
  for (std::uint32_t field = 0; field < folded.field_count(); ++field) {
    (void)found.text(FieldId{field});
  }
}

void check_cut(std::string_view text) {
  const Padded padded(text, ']');
  StructuralIndex index;
  index.build(padded.text());
  Projected found;
  found.clear(some_paths().field_count());
  expect(project(index, 0, some_paths(), found).status == WalkStatus::Incomplete,
         "a cut text is not incomplete");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t cut = data[0];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_any(text);
  const auto root = oracle::parse(text);
  if (!root) return 0;
  const std::string differs = oracle::compare(text, *root, oracle::paths_of(*root, 32));
  expect(differs.empty(), differs.c_str());
  if (root->kind == Kind::Object || root->kind == Kind::Array) {
    const std::size_t closing = text.find_last_of("]}");
    check_cut(text.substr(0, closing - cut % (closing - text.find_first_of("[{"))));
  }
  return 0;
}
