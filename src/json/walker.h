// One pass over a JSON value in document order: fills a projection, or looks at its members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/lifetime.h"
#include "json/projected.h"
#include "json/projection.h"
#include "json/structural_index.h"

namespace trailwarden::json {

// Levels of objects and arrays that project() and unescaped look-ups enter; deeper ones on a
// projected path are Malformed ("nested too deeply"). What is skipped may nest without limit.
inline constexpr std::uint32_t kWalkDepthMax = 128;

enum class WalkStatus : std::uint8_t {
  Complete,    // The value was read to its end.
  Incomplete,  // The text ends (or its index stopped at a fault) before the value does.
  Malformed,   // The text is not JSON at `offset`.
  Stopped,     // A visitor asked to stop. Never from project() or skip().
};

struct WalkResult {
  WalkStatus status = WalkStatus::Complete;
  // Complete: the token behind the value. Incomplete and Stopped: the token of the value (of a
  // container: of its first unread element or member) from which reading can begin again.
  std::uint32_t next_token = 0;
  // Complete: end of the value's text. Malformed: where it broke. Incomplete and Stopped: where
  // `next_token` lies in the text; a longer window that begins here loses nothing.
  std::uint32_t offset = 0;
  const char* problem = "";  // Malformed: what was wrong, a clause with static life.
};

// Walks the value that begins at token number `token` and adds what `projection` asks for to
// `found` (which is not cleared; after any status but Complete it holds what was found up to
// there, the value at fault included; what did not end then reaches to the text's end). Objects and
// arrays that nobody asked for are skipped as skip() does. A scalar at the very end of the text
// counts as Complete.
WalkResult project(const StructuralIndex& index, std::uint32_t token, const Projection& projection,
                   Projected& found);

// Skips the value that begins at `token`. Of an object or array only this is checked: as many
// brackets close as open, and the last one is of the kind of the first ({"a":1] is Malformed; [{]]
// and {1 2} are not).
WalkResult skip(const StructuralIndex& index, std::uint32_t token);

// What kind of value begins at `token`, judged by its first byte; nullopt where none does: at the
// end of the text, at a comma, colon or closing bracket, or at bytes that begin no JSON value.
std::optional<Kind> kind_at(const StructuralIndex& index, std::uint32_t token);

// The scalar at `token`, checked against the grammar: `raw`, `kind` and `has_escapes` are set.
// nullopt for objects and arrays, for malformed scalars and for strings that the text cuts off.
std::optional<Value> scalar_at(const StructuralIndex& index, std::uint32_t token);

// Steps over the members of one object or the elements of one array, in document order.
//
//   for (ItemCursor item(index, token); item.next();) {
//     const WalkResult walked = project(index, item.value(), projection, found);
//     if (walked.status == WalkStatus::Incomplete) break;       // item.position() resumes here
//     if (walked.status == WalkStatus::Complete) item.leave(walked);  // else next() skips it
//   }
//
// Borrows the index. A scalar item is only shown when a token follows it, because the end of the
// window may have cut it; an object or array is shown as soon as it begins.
class ItemCursor {
 public:
  // What the grammar wants at the cursor's position.
  enum class Expect : std::uint8_t { ItemOrEnd, Item, CommaOrEnd };
  // Where to go on in a longer window: a byte offset of this text and what must come there.
  struct Position {
    std::uint32_t offset = 0;
    Expect expect = Expect::ItemOrEnd;
  };

  // Enters the object or array at `token`; anything else there is Malformed (or Incomplete).
  ItemCursor(const StructuralIndex& index TW_LIFETIMEBOUND, std::uint32_t token);
  // Goes on inside a container of `kind` (Object or Array) whose beginning lay in an earlier
  // window; `token` is the first one behind that window's Position.
  ItemCursor(const StructuralIndex& index TW_LIFETIMEBOUND, std::uint32_t token, Kind kind,
             Expect expect);

  // Moves to the next item. False at the end and on trouble: result() tells which.
  bool next();

  // The current item's value: a token number.
  std::uint32_t value() const { return value_; }
  // The current member's name as it stands between its quotes (escapes unresolved); empty in
  // arrays.
  std::string_view name() const { return name_; }

  // Spares next() the walk over the current value: `walked` is a Complete walk of it.
  void leave(const WalkResult& walked) { behind_ = walked.next_token; }

  // After next() said false: Complete (behind the closing bracket), Incomplete or Malformed.
  // Before: Incomplete, at the current item.
  const WalkResult& result() const TW_LIFETIMEBOUND { return result_; }
  // The current item, or after Incomplete the first unread one.
  Position position() const { return {result_.offset, expect_}; }

 private:
  bool to_item();
  bool show(std::uint32_t item, std::uint32_t value);
  bool close(std::uint32_t bracket);
  bool incomplete(std::uint32_t token);
  bool malformed(std::uint32_t token, const char* problem);

  static constexpr std::uint32_t kUnknown = UINT32_MAX;

  const StructuralIndex* index_;
  std::string_view name_;
  std::uint32_t at_;                 // The next token to read.
  std::uint32_t value_ = 0;          // The current item's value,
  std::uint32_t behind_ = kUnknown;  // and the token behind it, once somebody walked it.
  Kind kind_ = Kind::Null;           // Null: not in a container, result_ says why.
  Expect expect_ = Expect::ItemOrEnd;
  bool on_item_ = false;
  WalkResult result_;
};

// Calls visit(name, value_token) -> bool for each member of the object at `token`, in document
// order, until it answers false (Stopped, at that member). `name` is the raw text between the
// quotes. A value that is an object or array may turn out incomplete after it was visited.
template <class Visit>
WalkResult for_each_member(const StructuralIndex& index, std::uint32_t token, Visit&& visit);

// The same for the elements of the array at `token`: calls visit(value_token) -> bool.
template <class Visit>
WalkResult for_each_element(const StructuralIndex& index, std::uint32_t token, Visit&& visit);

// Resolves JSON string escapes: appends to `out`. `raw` is what stands between the quotes. A lone
// surrogate becomes U+FFFD; what is no JSON escape is copied as it stands.
void unescape(std::string_view raw, std::string& out);

// --- implementation of the templates ---

namespace internal {

template <class Show>
WalkResult for_each_item(const StructuralIndex& index, std::uint32_t token, Kind kind,
                         const char* problem, Show&& show) {
  const std::optional<Kind> found = kind_at(index, token);
  if (token < index.tokens().size() && found != kind) {
    return {WalkStatus::Malformed, token, index.tokens()[token], problem};
  }
  ItemCursor item(index, token);
  while (item.next()) {
    if (show(item)) continue;
    WalkResult stopped = item.result();
    stopped.status = WalkStatus::Stopped;
    return stopped;
  }
  return item.result();
}

}  // namespace internal

template <class Visit>
WalkResult for_each_member(const StructuralIndex& index, std::uint32_t token, Visit&& visit) {
  return internal::for_each_item(
      index, token, Kind::Object, "expected an object",
      [&visit](const ItemCursor& item) { return visit(item.name(), item.value()); });
}

template <class Visit>
WalkResult for_each_element(const StructuralIndex& index, std::uint32_t token, Visit&& visit) {
  return internal::for_each_item(index, token, Kind::Array, "expected an array",
                                 [&visit](const ItemCursor& item) { return visit(item.value()); });
}

}  // namespace trailwarden::json
