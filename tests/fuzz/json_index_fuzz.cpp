// All kernels agree with the portable one, and the index finds bad UTF-8 where simdjson does.
#include <simdjson.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "json/structural_index.h"

namespace {

using trailwarden::json::IndexFault;
using trailwarden::json::kPadding;
using trailwarden::json::StructuralIndex;

bool same(const StructuralIndex& left, const StructuralIndex& right) {
  const auto a = left.tokens();
  const auto b = right.tokens();
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0) &&
         left.fault() == right.fault() && left.fault_offset() == right.fault_offset() &&
         left.ends_in_string() == right.ends_in_string();
}

bool utf8_agrees(std::string_view text, const StructuralIndex& index) {
  const bool valid = simdjson::validate_utf8(text.data(), text.size());
  switch (index.fault()) {
    case IndexFault::None:
      return valid;
    case IndexFault::InvalidUtf8:
      return !valid && simdjson::validate_utf8(text.data(), index.fault_offset());
    case IndexFault::ControlCharacter:
      return simdjson::validate_utf8(text.data(), index.fault_offset());
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // At the very end of an allocation, behind its padding, so that ASan sees every byte too far.
  const std::unique_ptr<char[]> bytes(new char[size + kPadding]);
  if (size != 0) std::memcpy(bytes.get(), data, size);
  std::memset(bytes.get() + size, size % 2 == 0 ? '"' : '\x80', kPadding);
  const std::string_view text(bytes.get(), size);

  StructuralIndex portable;
  portable.build_with("portable", text);
  if (!utf8_agrees(text, portable)) __builtin_trap();
  for (const char* kernel : StructuralIndex::kernel_names()) {
    StructuralIndex index;
    index.build_with(kernel, text);
    if (!same(index, portable)) __builtin_trap();
  }
  return 0;
}
