// Rows as bytes: numbers and texts one after the other, compressed. Texts come back as they were,
// whatever their encoding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "triage/verdict.h"

namespace trailwarden::shared_store {

class FieldWriter {
 public:
  FieldWriter& text(std::string_view value);
  FieldWriter& number(std::int64_t value);
  FieldWriter& verdict(triage::Verdict value) { return number(static_cast<std::int64_t>(value)); }
  FieldWriter& optional(std::optional<std::int64_t> value);

  // All that was written, compressed, with a mark of this form's version in front.
  std::string packed() const;

 private:
  std::string bytes_;
};

// Reads in the order in which was written. A document that ends too early gives empty values from
// there on; finish() tells.
class FieldReader {
 public:
  // Error: Decode, damaged; Unsupported, written by a newer program.
  static Result<FieldReader> unpack(std::string_view packed);

  std::string text();
  std::int64_t number();
  triage::Verdict verdict();
  std::optional<std::int64_t> optional();
  // For numbers of elements: none larger than what is left.
  std::size_t count();  // As number() wrote it.

  // Nothing is left: an older program wrote less.
  bool is_at_end() const { return at_ == bytes_.size(); }
  // Error: Decode, the document was not what was read.
  Result<void> finish() const;

 private:
  explicit FieldReader(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t varint();

  std::string bytes_;
  std::size_t at_ = 0;
  bool is_damaged_ = false;
};

}  // namespace trailwarden::shared_store
