// Fails on purpose: tests/fuzz/run first proves with it that each kind of failure is seen.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input == "address") {
    const auto one = std::make_unique<volatile char[]>(size);
    return one[size];
  }
  if (input == "undefined") {
    volatile int most = std::numeric_limits<int>::max();
    most = most + 1;
  }
  if (input.starts_with("TW")) __builtin_trap();
  return 0;
}
