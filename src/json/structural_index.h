// Where the tokens of a JSON text begin: the first half of decoding, done with SIMD.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/lifetime.h"

namespace trailwarden::json {

struct IndexScan;  // index_kernel.h

// Bytes that must be readable behind every text given to StructuralIndex (their values do not
// matter): the SIMD kernels read whole blocks.
inline constexpr std::size_t kPadding = 64;

enum class IndexFault : std::uint8_t { None, ControlCharacter, InvalidUtf8 };

// The offsets of all tokens of one text: each of { } [ ] : , outside strings, the opening quote of
// each string, and the first byte of each number, true, false and null.
//
// The text is borrowed and must outlive the index or the next build(). One index a thread; its
// memory is kept from build to build. Texts are windows of up to 2^31 bytes.
class StructuralIndex {
 public:
  // Indexes `text`. Where it meets a raw control character inside a string or bytes that are not
  // UTF-8 (RFC 8259, sections 7 and 8.1), it stops: tokens before the fault stay usable.
  void build(std::string_view text);

  std::string_view text() const { return text_; }

  // Token offsets in ascending order. Readable one past the end: that entry is text().size().
  std::span<const std::uint32_t> tokens() const TW_LIFETIMEBOUND {
    return {offsets_.get(), count_};
  }

  // The number of the first token at or behind `offset`; tokens().size() if there is none.
  std::uint32_t token_from(std::uint32_t offset) const;

  // A text that ends inside a UTF-8 sequence is InvalidUtf8 at that sequence's first byte: a reader
  // of windows takes the fault seriously only if it has no more text.
  IndexFault fault() const { return fault_; }
  std::uint32_t fault_offset() const { return fault_offset_; }

  // Whether the text (up to a fault) ends inside a string: the last token is then that string's
  // opening quote.
  bool ends_in_string() const { return ends_in_string_; }

  // Whether there may be a backslash from byte `first` to byte `last` (both before a fault).
  // Strings with escapes are rare: most need not be searched for them.
  bool may_have_backslash(std::uint32_t first, std::uint32_t last) const {
    return last - first >= kStretch ||
           (backslashes_[first / kStretch] | backslashes_[last / kStretch]) != 0;
  }

  // The name of the kernel that run-time dispatch chose: "avx512", "avx2", "sse2", "neon" or
  // "portable". TRAILWARDEN_SIMD=portable (etc.) picks one, for tests and doubt.
  static const char* kernel_name();

  // The kernels that this machine can run, best first; and a build with one of them by name, for
  // tests and benchmarks. An unknown name is "portable".
  static std::vector<const char*> kernel_names();
  void build_with(std::string_view kernel, std::string_view text);

 private:
  // Indexed at a time: then there is a look at the room for tokens, of which at worst every byte is
  // one.
  static constexpr std::uint32_t kStretch = 4096;

  void run(void (*kernel)(IndexScan&, std::uint32_t), std::string_view text);
  void reserve(std::size_t tokens);

  std::string_view text_;
  std::unique_ptr<std::uint32_t[]> offsets_;  // Not a vector: that would zero what it grows by.
  std::size_t capacity_ = 0;
  std::size_t count_ = 0;
  std::vector<std::uint8_t> backslashes_;  // By stretch: whether there are any.
  IndexFault fault_ = IndexFault::None;
  std::uint32_t fault_offset_ = 0;
  bool ends_in_string_ = false;
};

}  // namespace trailwarden::json
