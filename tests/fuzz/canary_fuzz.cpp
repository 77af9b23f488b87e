// Fails on purpose: tests/fuzz/run first proves with it that a failure is seen.
#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (std::string_view(reinterpret_cast<const char*>(data), size).starts_with("TW")) {
    __builtin_trap();
  }
  return 0;
}
