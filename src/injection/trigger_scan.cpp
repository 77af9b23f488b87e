// The kernel for any machine, and the choice between them.
#include "injection/trigger_scan.h"

#include "base/ascii.h"
#include "injection/trigger_blocks.h"

namespace trailwarden::injection {
namespace {

struct Portable {
  struct Block {
    uint64_t signs = 0;
    uint64_t alnum = 0;
  };

  static bool is_alnum(char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
  }

  static Block look(const char* at) {
    Block block;
    for (unsigned i = 0; i < 64; ++i) {
      block.signs |= uint64_t{is_sign(at + i)} << i;
      block.alnum |= uint64_t{is_alnum(at[i])} << i;
    }
    return block;
  }
  static bool has_suspects(const Block& block) { return block.signs != 0; }
  static uint64_t suspects(const Block& block) { return block.signs; }
};

struct KernelEntry {
  std::string_view name;
  TriggerKernel run;
};

const std::vector<KernelEntry>& kernels() {
  static const std::vector<KernelEntry> all = [] {
    std::vector<KernelEntry> able;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("popcnt")) {
      able.push_back({"avx2", scan_avx2});
    }
#endif
    able.push_back({"portable", scan_portable});
    return able;
  }();
  return all;
}

}  // namespace

bool scan_portable(const char* text, size_t size) { return scan_blocks<Portable>(text, size); }

bool may_speak(std::string_view text) {
  static const TriggerKernel best = kernels().front().run;
  return best(text.data(), text.size());
}

bool may_speak_with(std::string_view kernel, std::string_view text) {
  for (const KernelEntry& entry : kernels()) {
    if (entry.name == kernel) return entry.run(text.data(), text.size());
  }
  return scan_portable(text.data(), text.size());
}

std::vector<std::string_view> trigger_kernels() {
  std::vector<std::string_view> names;
  for (const KernelEntry& entry : kernels()) names.push_back(entry.name);
  return names;
}

}  // namespace trailwarden::injection
