// The projected fields of one JSON value: what the walker found at the paths somebody asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/lifetime.h"
#include "json/projection.h"

namespace trailwarden::json {

enum class Kind : std::uint8_t { Null, False, True, Number, String, Object, Array };

// An element of an array that was passed through on the way to a value: a node of a tree, so that
// two values can be asked whether one choice of array elements leads to both. 0 is "no array".
enum class ElementId : std::uint32_t {};

// One value at a projected path. Borrowed: it points into the walked text, or into a text within it
// that its Projected keeps (Projection::folded).
struct Value {
  std::string_view raw{};  // The JSON text; of a string what stands between its quotes, unescaped.
  Kind kind = Kind::Null;
  bool has_escapes = false;         // Only strings: `raw` holds at least one backslash.
  ElementId element{};              // The innermost array element around the value.
  std::uint32_t next = UINT32_MAX;  // Next value of the same field, in document order.
};

// All that one walk found. Scratch of one thread, used again for record after record: clear() keeps
// the memory. Views die at the next clear() or with the walked text.
//
// An object or array at a projected path is itself a Value (kind Object or Array, raw = its text);
// scalar and object elements of an array are values of the same field as well, behind the array's
// own. Arrays in arrays are flattened: they add their elements, but are no values.
class Projected {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  void clear(std::size_t field_count);

  bool has(FieldId field) const { return heads_[index_of(field)] != kNone; }
  // Index of the first value of `field`, or kNone; go on with value(i).next.
  std::uint32_t first(FieldId field) const { return heads_[index_of(field)]; }
  const Value& value(std::uint32_t index) const TW_LIFETIMEBOUND { return values_[index]; }

  // The text of the field's first value when that is a string, with escapes resolved.
  std::optional<std::string_view> text(FieldId field) TW_LIFETIMEBOUND;
  // A string value with escapes resolved (into this object's arena where there are any).
  // A lone surrogate becomes U+FFFD.
  std::string_view text_of(const Value& value) TW_LIFETIMEBOUND;

  // Whether one choice of array elements leads to both: EventBridge's array consistency.
  bool consistent(ElementId left, ElementId right) const;

  // --- for the walker and for whoever adds made-up fields ---
  // Appends to the values of `field`; gives the new value's index.
  std::uint32_t add(FieldId field, const Value& value);
  // Appends a value that the caller fills in at once: `next` is already right, and everything else
  // is as in Value{}. Saves the hot path a copy. Dies at the next addition.
  Value& add_blank(FieldId field) TW_LIFETIMEBOUND;
  // Tells the text of a value that was added before its end was known.
  void set_raw(std::uint32_t index, std::string_view raw) { values_[index].raw = raw; }
  // A string value whose bytes are copied into the arena: fields that no text holds.
  void add_text(FieldId field, std::string_view text);
  // Gives `field`, which has no values, those of `of`. Nothing may be added to either afterwards.
  void share(FieldId of, FieldId field);
  // A new element, number `position` of the array `array` (any number unique within the record).
  ElementId add_element(ElementId parent, std::uint32_t array, std::uint32_t position);
  std::string_view keep(std::string text) TW_LIFETIMEBOUND;

 private:
  struct Element {
    ElementId parent;
    std::uint32_t array;
    std::uint32_t position;
  };
  std::vector<std::uint32_t> heads_;
  std::vector<std::uint32_t> tails_;
  std::vector<Value> values_;
  std::vector<Element> elements_;
  std::deque<std::string> arena_;
};

inline Value& Projected::add_blank(FieldId field) {
  const auto added = static_cast<std::uint32_t>(values_.size());
  std::uint32_t& head = heads_[index_of(field)];
  if (head == kNone) {
    head = added;
  } else {
    values_[tails_[index_of(field)]].next = added;
  }
  tails_[index_of(field)] = added;
  return values_.emplace_back();
}

}  // namespace trailwarden::json
