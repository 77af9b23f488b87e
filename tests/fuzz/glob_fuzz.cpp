// A wildcard text and a text from a small alphabet: the compiled glob must agree with naive
// recursion.
#include <fuzzer/FuzzedDataProvider.h>

#include <string>
#include <string_view>

#include "../unit/match/reference_engine.h"
#include "match/glob.h"

namespace {

using namespace trailwarden;

constexpr std::string_view kLetters[] = {"a", "b", "é", "😀"};
// Naive recursion is exponential in the runs.
constexpr int kRunsMax = 3;
constexpr std::size_t kTextMax = 14;

match::Glob read_glob(FuzzedDataProvider& in) {
  match::Glob glob;
  int runs = 0;
  for (int parts = in.ConsumeIntegralInRange(0, 12); parts > 0; --parts) {
    const int kind = in.ConsumeIntegralInRange(0, 5);
    if (kind == 4) {
      glob.push_back({match::GlobPart::What::One, {}});
    } else if (kind < 4) {
      glob.push_back({match::GlobPart::What::Literal, std::string(kLetters[kind])});
    } else if (runs++ < kRunsMax) {
      glob.push_back({match::GlobPart::What::Run, {}});
    }
  }
  return glob;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider in(data, size);
  const match::Glob glob = read_glob(in);
  std::string text;
  for (std::size_t i = 0; i < kTextMax && in.remaining_bytes() > 0; ++i) {
    text += kLetters[in.ConsumeIntegralInRange(0, 3)];
  }
  if (match::CompiledGlob(glob).matches(text) != reference::glob_covers(glob, 0, text)) {
    __builtin_trap();
  }
  return 0;
}
