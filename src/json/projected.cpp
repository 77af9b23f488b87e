#include "json/projected.h"

#include <algorithm>

#include "json/walker.h"

namespace trailwarden::json {

void Projected::clear(std::size_t field_count) {
  heads_.assign(field_count, kNone);
  tails_.resize(field_count);
  values_.clear();
  elements_.clear();
  arena_.clear();
}

std::uint32_t Projected::add(FieldId field, const Value& value) {
  Value& added = add_blank(field);
  added = value;
  added.next = kNone;
  return static_cast<std::uint32_t>(values_.size() - 1);
}

void Projected::add_text(FieldId field, std::string_view text) {
  Value value;
  value.kind = Kind::String;
  value.raw = keep(std::string(text));
  add(field, value);
}

std::string_view Projected::keep(std::string text) { return arena_.emplace_back(std::move(text)); }

std::optional<std::string_view> Projected::text(FieldId field) {
  const std::uint32_t first_value = first(field);
  if (first_value == kNone || values_[first_value].kind != Kind::String) return std::nullopt;
  return text_of(values_[first_value]);
}

std::string_view Projected::text_of(const Value& value) {
  if (!value.has_escapes) return value.raw;
  std::string resolved;
  unescape(value.raw, resolved);
  return keep(std::move(resolved));
}

void Projected::share(FieldId of, FieldId field) {
  heads_[index_of(field)] = heads_[index_of(of)];
  tails_[index_of(field)] = tails_[index_of(of)];
}

ElementId Projected::add_element(ElementId parent, std::uint32_t array, std::uint32_t position) {
  elements_.push_back({parent, array, position});
  return ElementId{static_cast<std::uint32_t>(elements_.size())};  // Number 0 is "no array".
}

// Elements are numbered in the order in which they are entered, so a parent's number is below its
// children's. Climb from the higher number until both sides meet: they part in the last elements
// passed on either side, and they contradict each other if these belong to one array.
bool Projected::consistent(ElementId left, ElementId right) const {
  const Element* left_last = nullptr;
  const Element* right_last = nullptr;
  const auto climb = [this](ElementId& at, const Element*& last) {
    last = &elements_[static_cast<std::uint32_t>(at) - 1];
    at = last->parent;
  };
  while (left != right) {
    if (left > right) {
      climb(left, left_last);
    } else {
      climb(right, right_last);
    }
  }
  if (left_last == nullptr || right_last == nullptr) return true;
  return left_last->array != right_last->array || left_last->position == right_last->position;
}

}  // namespace trailwarden::json
