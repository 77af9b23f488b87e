// The part of a long text that is in memory: moves forward, grows when a record does not fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/lifetime.h"
#include "cloudtrail/byte_stream.h"

namespace trailwarden::cloudtrail {

// json::kPadding bytes are readable behind every text it shows. Memory is kept from open to open.
class Window {
 public:
  // Over text in memory, which is borrowed, not copied, and must be padded.
  void open(std::string_view padded);
  // Over a stream, whose bytes are read into the window's own buffer. Its first byte is number
  // `offset` of the whole text.
  void open(ByteStream& stream, std::uint64_t offset = 0);

  // At least `bytes` bytes from the current place on, or all that is left.
  void fill(std::size_t bytes);
  // Drops `bytes` bytes of text() from its front.
  void advance(std::size_t bytes);
  // Drops all up to and with the next line break, reading `step` bytes at a time.
  void skip_line(std::size_t step);

  // What is in memory now. Dies with the next fill() or open().
  std::string_view text() const TW_LIFETIMEBOUND { return text_; }
  // Where text() begins in the whole text.
  std::uint64_t offset() const { return offset_; }
  // Whether nothing follows text().
  bool ends() const { return ends_; }

 private:
  ByteStream* stream_ = nullptr;
  std::vector<char> buffer_;
  std::string_view text_;
  std::uint64_t offset_ = 0;
  bool ends_ = true;
};

}  // namespace trailwarden::cloudtrail
