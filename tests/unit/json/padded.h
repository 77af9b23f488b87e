// Texts with the padding that StructuralIndex asks for; under ASan nothing more is readable.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>

#include "json/structural_index.h"

namespace trailwarden::json {

class Padded {
 public:
  // `filler` lies behind the text, where its value must not matter.
  explicit Padded(std::string_view text, char filler = '"')
      : size_(text.size()), bytes_(new char[text.size() + kPadding]) {
    if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
    std::memset(bytes_.get() + text.size(), filler, kPadding);
  }

  std::string_view text() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

}  // namespace trailwarden::json
