// gzip as CloudTrail writes it: one member (RFC 1952) and nothing behind it. Analysis is lenient
// (cloudtrail/gzip.h); a proof is not: what stands behind the member was not signed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "integrity/store.h"

namespace trailwarden::integrity {

struct Unpacked {
  enum class State : std::uint8_t {
    Whole,
    NotGzip,     // Does not begin as gzip does, or is empty.
    CutOff,      // Ends inside the member.
    Damaged,     // The compressed data, its checksum or its length are wrong.
    Trailing,    // Bytes behind the member.
    Unreadable,  // The store failed.
    TooLarge,    // `on_text` wanted no more.
  } state = State::Whole;
  std::string cause;             // Of Damaged and Unreadable.
  std::uint64_t bytes_read = 0;  // Of the stored object, as far as it was read.
};

// The decompressors of one thread.
class Unpacker {
 public:
  // Is given the text piece by piece; false: no more of it is wanted.
  using OnText = std::function<bool(std::string_view)>;

  Unpacker();
  ~Unpacker();
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  // Hands out the text of the first member. What is said of it is only known when this returns.
  Unpacked unpack(ObjectBytes& file, const OnText& on_text);

 private:
  struct Engines;
  bool fill(ObjectBytes& file);
  // False: not at once; stream it.
  bool unpack_whole(const OnText& on_text, Unpacked& result);
  void unpack_stream(ObjectBytes& file, const OnText& on_text, Unpacked& result);

  std::unique_ptr<Engines> engines_;
  std::string packed_;
  std::size_t held_ = 0;  // Bytes of packed_ that are in use.
  std::string text_;
};

}  // namespace trailwarden::integrity
