// The obvious indexer: one byte after the other. All kernels must agree with it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "json/structural_index.h"

namespace trailwarden::json {

struct ReferenceIndex {
  std::vector<std::uint32_t> tokens;
  IndexFault fault = IndexFault::None;
  std::uint32_t fault_offset = 0;
  bool ends_in_string = false;

  bool operator==(const ReferenceIndex&) const = default;
};

ReferenceIndex reference_index(std::string_view text);

// What `kernel` makes of `text` (with padding behind it), in the same form.
ReferenceIndex index_with(std::string_view kernel, std::string_view text);

}  // namespace trailwarden::json
