// Writes the C++ source that embeds the rule pack as it is read when the program starts.
//
//   compile_rules OUTPUT.cpp
//
// Part of the build: src/rulepack/CMakeLists.txt runs it. A rule with a remark ends the build.
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

#include "rulepack/image.h"
#include "rulepack/pack.h"
#include "rulepack/texts.h"

namespace {

using trailwarden::rulepack::compile;
using trailwarden::rulepack::rule_texts;
using trailwarden::rulepack::texts_hash;
using trailwarden::rulepack::write_image;

// "0x1f,0x8b,", with a line end behind every 20th, for compilers and editors.
std::string listed(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text.append("0x").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]).append(1, ',');
    if (i % 20 == 19) text += '\n';
  }
  return text;
}

std::string source_of(std::string_view image, std::string_view hash) {
  return R"(#include "rulepack/image.h"

namespace trailwarden::rulepack {
namespace {
constexpr unsigned char kImage[] = {
)" + listed(image) +
         R"(};
}  // namespace

std::string_view embedded_image() {
  return {reinterpret_cast<const char*>(kImage), sizeof kImage};
}
std::string_view embedded_hash() { return ")" +
         std::string(hash) + R"("; }

}  // namespace trailwarden::rulepack
)";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: compile_rules OUTPUT.cpp\n");
    return 2;
  }
  const auto pack = compile(rule_texts());
  if (!pack) {
    std::fprintf(stderr, "%s\n", pack.error().message.c_str());
    return 1;
  }
  std::ofstream file(argv[1], std::ios::binary);
  file << source_of(write_image(*pack), texts_hash());
  file.close();
  if (!file) {
    std::fprintf(stderr, "%s: cannot be written\n", argv[1]);
    return 1;
  }
  return 0;
}
