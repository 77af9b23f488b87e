// What cmake/EmbedRules.cmake generates: the files under rules/ as bytes.
#pragma once

#include <cstddef>
#include <span>

namespace trailwarden::rulepack {

struct EmbeddedFile {
  const char* name;  // Path below rules/.
  const unsigned char* bytes;
  std::size_t size;
};

std::span<const EmbeddedFile> embedded_files();  // In the order of their names.
const char* embedded_hash();                     // See pack_hash().

}  // namespace trailwarden::rulepack
