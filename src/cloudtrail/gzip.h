// gzip files (RFC 1952): whole ones at once, large or damaged ones as a stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/lifetime.h"
#include "cloudtrail/byte_stream.h"
#include "cloudtrail/problem.h"

namespace trailwarden::cloudtrail {

// Whether `head` begins as a gzip member does.
bool is_gzip(std::string_view head);

// The size of the text of a gzip file's last member as its trailer states it (RFC 1952, 2.3.1,
// ISIZE): bytes modulo 2^32, and as honest as the file.
std::size_t stated_size(std::string_view file);

// What is wrong with a gzip file, and at which byte of it.
struct GzipFault {
  ProblemKind kind;
  std::uint64_t offset;
  std::string cause;
};

// The decompressors of one thread, used again for file after file.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // The text of all members of `file`, with json::kPadding readable bytes behind it; it dies with
  // the next call. nullopt: damaged or more than kOneShotInflatedMax; stream it instead.
  std::optional<std::string_view> whole(std::string_view file) TW_LIFETIMEBOUND;

 private:
  friend class GzipStream;
  struct Engines;
  std::unique_ptr<Engines> engines_;
  std::vector<char> text_;
  std::vector<char> input_;
};

// The text of a gzip file, member after member, as one stream.
//
// read() answers 0 at the end and at damage. Behind damage, fault() says what it was, and
// next_part() goes on at the next member that can be found.
class GzipStream final : public ByteStream {
 public:
  // Both are borrowed. One stream of an inflater at a time.
  GzipStream(Inflater& inflater, ByteStream& file);

  std::size_t read(std::span<char> into) override;

  const std::optional<GzipFault>& fault() const { return fault_; }
  // Clears the fault and moves to the next plausible member behind it. False: there is none.
  bool next_part();

 private:
  bool refill();
  bool begin_member();
  bool skip_padding();
  bool find_member();
  bool plausible_member();
  std::size_t stop(ProblemKind kind, std::string cause);
  std::uint64_t position() const { return input_offset_ + at_; }

  Inflater& inflater_;
  ByteStream& file_;
  std::uint64_t input_offset_ = 0;  // Of input_[0] in the file.
  std::size_t at_ = 0;              // The next byte of the input to inflate,
  std::size_t held_ = 0;            // and the end of what is held.
  std::uint64_t member_begin_ = 0;
  std::uint64_t inflated_ = 0;
  bool file_ended_ = false;
  bool in_member_ = false;
  bool finished_ = false;
  std::optional<GzipFault> fault_;
};

}  // namespace trailwarden::cloudtrail
