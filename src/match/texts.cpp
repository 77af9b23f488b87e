#include "match/texts.h"

#include <algorithm>

#include "match/fold.h"

namespace trailwarden::match {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Copies JSON text without the white space between its tokens; the end of the copy.
char* copy_compact(std::string_view json, char* out) {
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && is_space(c)) continue;
    *out++ = c;
    if (c == '"') in_string = !in_string;
    if (c == '\\' && i + 1 < json.size()) *out++ = json[++i];
  }
  return out;
}

// Copies JSON text with the quotes inside its strings bare: \" becomes ".
char* copy_unquoted(std::string_view json, char* out) {
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '\\' && i + 1 < json.size()) {
      if (json[i + 1] != '"') *out++ = '\\';
      ++i;
    }
    *out++ = json[i];
  }
  return out;
}

}  // namespace

char* Arena::allocate(std::size_t size) {
  if (blocks_.empty() || blocks_.back().size - used_ < size) {
    const std::size_t bytes = std::max(size, kBlockBytes);
    blocks_.push_back({std::unique_ptr<char[]>(new char[bytes]), bytes});
    used_ = 0;
  }
  char* result = blocks_.back().bytes.get() + used_;
  used_ += size;
  return result;
}

void Arena::clear() {
  used_ = 0;
  if (blocks_.size() <= 1) return;
  // One block for all of it, so that records of this size need no further allocation; unusually
  // large records give their memory back.
  std::size_t total = 0;
  for (const Block& block : blocks_) total += block.size;
  blocks_.clear();
  const std::size_t bytes = std::min(total, 64 * kBlockBytes);
  blocks_.push_back({std::unique_ptr<char[]>(new char[bytes]), bytes});
}

void Texts::begin(json::Projected& record) {
  record_ = &record;
  ++epoch_;
  arena_.clear();
}

std::span<const std::string_view> Texts::of(std::uint32_t value, Domain domain, Case letters) {
  const json::Value& it = record_->value(value);
  if (it.kind == json::Kind::Null) return {};
  if (domain == Domain::Strings && it.kind != json::Kind::String) return {};
  if (value >= entries_.size()) entries_.resize(value + 64);
  Entry& entry = entries_[value];
  if (entry.epoch != epoch_) fill(it, entry);
  if (letters == Case::Sensitive) return {entry.exact.data(), entry.count};
  if (!entry.has_lower) {
    for (std::size_t i = 0; i < entry.count; ++i) entry.lower[i] = lowered(entry.exact[i]);
    entry.has_lower = true;
  }
  return {entry.lower.data(), entry.count};
}

void Texts::fill(const json::Value& value, Entry& entry) {
  entry.epoch = epoch_;
  entry.has_lower = false;
  entry.count = 1;
  if (value.kind == json::Kind::String) {
    entry.exact[0] = record_->text_of(value);
  } else if (is_scalar(value.kind)) {
    entry.exact[0] = value.raw;
  } else {
    fill_container(value.raw, entry);
  }
}

void Texts::fill_container(std::string_view json, Entry& entry) {
  std::string_view compact = json;
  if (std::any_of(json.begin(), json.end(), is_space)) {
    char* copy = arena_.allocate(json.size());
    const auto size = static_cast<std::size_t>(copy_compact(json, copy) - copy);
    arena_.shrink(json.size() - size);
    compact = {copy, size};
  }
  entry.exact[0] = compact;
  if (compact.find("\\\"") == compact.npos) return;
  char* copy = arena_.allocate(compact.size());
  const auto size = static_cast<std::size_t>(copy_unquoted(compact, copy) - copy);
  arena_.shrink(compact.size() - size);
  entry.exact[1] = {copy, size};
  entry.count = 2;
}

std::string_view Texts::lowered(std::string_view text) {
  char* copy = arena_.allocate(text.size());
  write_ascii_lower(text, copy);
  return {copy, text.size()};
}

}  // namespace trailwarden::match
