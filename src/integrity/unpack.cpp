#include "integrity/unpack.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "cloudtrail/gzip.h"
#include "cloudtrail/limits.h"

namespace trailwarden::integrity {
namespace {

using cloudtrail::kKibibyte;
using cloudtrail::kOneShotCompressedMax;
using cloudtrail::kOneShotInflatedMax;

constexpr int kGzipWindowBits = 15 + 16;  // zlib.h: the largest window, gzip headers.
constexpr std::size_t kPieceBytes = 256 * kKibibyte;

}  // namespace

struct Unpacker::Engines {
  libdeflate_decompressor* whole = libdeflate_alloc_decompressor();
  z_stream stream{};

  Engines() {
    if (whole == nullptr || inflateInit2(&stream, kGzipWindowBits) != Z_OK) throw std::bad_alloc();
  }
  ~Engines() {
    libdeflate_free_decompressor(whole);
    inflateEnd(&stream);
  }
  Engines(const Engines&) = delete;
  Engines& operator=(const Engines&) = delete;
};

Unpacker::Unpacker() : engines_(std::make_unique<Engines>()) {}
Unpacker::~Unpacker() = default;

// Reads the file's beginning into packed_. Whether that is all of it.
bool Unpacker::fill(ObjectBytes& file) {
  held_ = 0;
  while (held_ < kOneShotCompressedMax) {
    if (packed_.size() < held_ + kPieceBytes) packed_.resize(held_ + kPieceBytes);
    const std::size_t got = file.read({packed_.data() + held_, packed_.size() - held_});
    if (got == 0) return true;
    held_ += got;
  }
  return false;
}

bool Unpacker::unpack_whole(const OnText& on_text, Unpacked& result) {
  const std::string_view file(packed_.data(), held_);
  const std::size_t room =
      std::clamp(cloudtrail::stated_size(file), kPieceBytes, kOneShotInflatedMax);
  if (text_.size() < room) text_.resize(room);
  std::size_t consumed = 0;
  std::size_t produced = 0;
  const libdeflate_result outcome = libdeflate_gzip_decompress_ex(
      engines_->whole, file.data(), file.size(), text_.data(), text_.size(), &consumed, &produced);
  if (outcome != LIBDEFLATE_SUCCESS) return false;  // zlib says what is wrong, or has the room.
  const bool wanted = on_text({text_.data(), produced});
  if (consumed != file.size()) result.state = Unpacked::State::Trailing;
  if (!wanted) result.state = Unpacked::State::TooLarge;
  return true;
}

void Unpacker::unpack_stream(ObjectBytes& file, const OnText& on_text, Unpacked& result) {
  z_stream& zlib = engines_->stream;
  inflateReset(&zlib);
  if (text_.size() < kPieceBytes) text_.resize(kPieceBytes);
  zlib.next_in = reinterpret_cast<Bytef*>(packed_.data());
  zlib.avail_in = static_cast<uInt>(held_);
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    if (zlib.avail_in == 0) {
      const std::size_t got = file.read({packed_.data(), packed_.size()});
      result.bytes_read += got;
      zlib.next_in = reinterpret_cast<Bytef*>(packed_.data());
      zlib.avail_in = static_cast<uInt>(got);
    }
    const bool ended = zlib.avail_in == 0;
    zlib.next_out = reinterpret_cast<Bytef*>(text_.data());
    zlib.avail_out = static_cast<uInt>(kPieceBytes);
    status = inflate(&zlib, Z_NO_FLUSH);
    const std::size_t produced = kPieceBytes - zlib.avail_out;
    if (produced != 0 && !on_text({text_.data(), produced})) {
      result.state = Unpacked::State::TooLarge;
      return;
    }
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      result.state = Unpacked::State::Damaged;
      result.cause = zlib.msg != nullptr ? zlib.msg : "broken";
      return;
    }
    if (status != Z_STREAM_END && ended && produced == 0) {
      result.state = Unpacked::State::CutOff;
      return;
    }
  }
  char more = 0;
  if (zlib.avail_in != 0 || file.read({&more, 1}) != 0) result.state = Unpacked::State::Trailing;
}

Unpacked Unpacker::unpack(ObjectBytes& file, const OnText& on_text) {
  Unpacked result;
  const bool all = fill(file);
  result.bytes_read = held_;
  if (!cloudtrail::is_gzip({packed_.data(), held_})) {
    result.state = Unpacked::State::NotGzip;
  } else if (!all || !unpack_whole(on_text, result)) {
    unpack_stream(file, on_text, result);
  }
  if (const std::string failure = file.failure(); !failure.empty()) {
    result.state = Unpacked::State::Unreadable;
    result.cause = failure;
  }
  return result;
}

}  // namespace trailwarden::integrity
