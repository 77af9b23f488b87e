#include "json/structural_index.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdlib>
#include <cstring>

#include "json/index_kernel.h"
#include "json/utf8.h"

namespace trailwarden::json {
namespace {

// What a kernel may write beyond its last token, and the entry behind the end.
constexpr std::size_t kSlack = 64 + 1;

struct KernelEntry {
  const char* name;
  IndexKernel run;
};

// Best first; "portable" runs anywhere.
std::span<const KernelEntry> kernels() {
#if defined(__x86_64__)
  static constexpr KernelEntry kAll[] = {{"avx512", index_avx512},
                                         {"avx2", index_avx2},
                                         {"sse2", index_sse2},
                                         {"portable", index_portable}};
  static const std::size_t first = [] {
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
                      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
    return avx512 ? std::size_t{0} : avx2 ? std::size_t{1} : std::size_t{2};
  }();
  return std::span(kAll).subspan(first);
#elif defined(__aarch64__)
  static constexpr KernelEntry kAll[] = {{"neon", index_neon}, {"portable", index_portable}};
  return kAll;
#else
  static constexpr KernelEntry kAll[] = {{"portable", index_portable}};
  return kAll;
#endif
}

const KernelEntry& kernel_named(std::string_view name) {
  const std::span<const KernelEntry> all = kernels();
  const auto named = [name](const KernelEntry& kernel) { return kernel.name == name; };
  const auto found = std::find_if(all.begin(), all.end(), named);
  return found == all.end() ? all.back() : *found;
}

const KernelEntry& chosen_kernel() {
  static const KernelEntry chosen = [] {
    const char* wanted =
        std::getenv("TRAILWARDEN_SIMD");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    return wanted == nullptr ? kernels().front() : kernel_named(wanted);
  }();
  return chosen;
}

// Offset of the first bytes that are not UTF-8 among the sequences that begin before `end`, or
// UINT32_MAX. A sequence may reach beyond `end`; scan.utf8_checked then does too.
std::uint32_t find_utf8_fault(IndexScan& scan, std::uint32_t end) {
  std::uint32_t at = std::max(scan.utf8_checked, scan.position);
  while (at < end) {
    const std::uint32_t length = utf8_sequence(scan.text + at, scan.text + scan.size);
    if (length == 0) return at;
    at += length;
  }
  scan.utf8_checked = at;
  return UINT32_MAX;
}

}  // namespace

std::uint64_t settle_block(IndexScan& scan, std::uint64_t control_in_string,
                           std::uint64_t non_ascii) {
  std::uint32_t utf8 = UINT32_MAX;
  if (non_ascii != 0) utf8 = find_utf8_fault(scan, std::min(scan.position + 64, scan.size));
  std::uint32_t control = UINT32_MAX;
  if (control_in_string != 0) {
    control = scan.position + static_cast<std::uint32_t>(std::countr_zero(control_in_string));
  }
  scan.fault_offset = std::min(utf8, control);
  if (scan.fault_offset == UINT32_MAX) return ~std::uint64_t{0};
  scan.utf8_fault = utf8 < control;
  scan.control_fault = !scan.utf8_fault;
  return (std::uint64_t{1} << (scan.fault_offset - scan.position)) - 1;
}

void StructuralIndex::reserve(std::size_t tokens) {
  if (tokens <= capacity_) return;
  const std::size_t capacity = std::max(tokens, capacity_ * 2);
  auto grown = std::make_unique_for_overwrite<std::uint32_t[]>(capacity);
  if (count_ != 0) std::memcpy(grown.get(), offsets_.get(), count_ * sizeof(std::uint32_t));
  offsets_ = std::move(grown);
  capacity_ = capacity;
}

void StructuralIndex::build(std::string_view text) { run(chosen_kernel().run, text); }

void StructuralIndex::build_with(std::string_view kernel, std::string_view text) {
  run(kernel_named(kernel).run, text);
}

void StructuralIndex::run(IndexKernel kernel, std::string_view text) {
  assert(text.size() <= (std::size_t{1} << 31));
  IndexScan scan{.text = text.data(), .size = static_cast<std::uint32_t>(text.size())};
  text_ = text;
  count_ = 0;
  backslashes_.clear();
  while (scan.position < scan.size && !scan.utf8_fault && !scan.control_fault) {
    reserve(count_ + kStretch + kSlack);
    scan.out = offsets_.get() + count_;
    scan.backslashes = 0;
    kernel(scan, std::min(scan.position + kStretch, scan.size));
    backslashes_.push_back(scan.backslashes != 0);
    count_ = static_cast<std::size_t>(scan.out - offsets_.get());
  }
  reserve(count_ + kSlack);
  offsets_[count_] = scan.size;
  fault_ = scan.utf8_fault      ? IndexFault::InvalidUtf8
           : scan.control_fault ? IndexFault::ControlCharacter
                                : IndexFault::None;
  fault_offset_ = fault_ == IndexFault::None ? 0 : scan.fault_offset;
  ends_in_string_ = scan.in_string != 0;
}

std::uint32_t StructuralIndex::token_from(std::uint32_t offset) const {
  const std::span<const std::uint32_t> all = tokens();
  return static_cast<std::uint32_t>(std::lower_bound(all.begin(), all.end(), offset) - all.begin());
}

const char* StructuralIndex::kernel_name() { return chosen_kernel().name; }

std::vector<const char*> StructuralIndex::kernel_names() {
  std::vector<const char*> names;
  for (const KernelEntry& kernel : kernels()) names.push_back(kernel.name);
  return names;
}

}  // namespace trailwarden::json
