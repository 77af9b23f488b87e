#include "cloudtrail/gzip.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "cloudtrail/limits.h"
#include "json/structural_index.h"

namespace trailwarden::cloudtrail {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // zlib.h: the largest window, gzip headers.

// Compressed bytes held at once. Half stays when the rest moves on, so that a member which begins
// where zlib had not yet noticed the damage of the one before it can still be found.
constexpr std::size_t kInputBytes = 256 * kKibibyte;
constexpr std::size_t kHistoryBytes = kInputBytes / 2;

// RFC 1952, 2.3: ten bytes of header and eight behind the data, and never an empty block.
constexpr std::size_t kMemberBytesMin = 20;

Bytef* bytes_of(char* data) { return reinterpret_cast<Bytef*>(data); }

bool only_zeros(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

// Whether the member's header has a checksum of its own (RFC 1952, 2.3.1: FHCRC), which libdeflate
// reads over and zlib checks.
bool has_header_checksum(std::string_view member) {
  constexpr unsigned kFhcrc = 2;
  return member.size() > 3 && (static_cast<unsigned char>(member[3]) & kFhcrc) != 0;
}

}  // namespace

bool is_gzip(std::string_view head) { return head.starts_with("\x1f\x8b"); }

std::size_t stated_size(std::string_view file) {
  std::uint32_t size = 0;
  if (file.size() >= sizeof size) {
    std::memcpy(&size, file.data() + file.size() - sizeof size, sizeof size);
  }
  return size;
}

struct Inflater::Engines {
  libdeflate_decompressor* whole = libdeflate_alloc_decompressor();
  z_stream stream{};
  bool stream_ready = false;

  ~Engines() {
    libdeflate_free_decompressor(whole);
    if (stream_ready) inflateEnd(&stream);
  }
  bool reset() {
    if (stream_ready) return inflateReset(&stream) == Z_OK;
    stream_ready = inflateInit2(&stream, kGzipWindowBits) == Z_OK;
    return stream_ready;
  }
};

Inflater::Inflater() : engines_(std::make_unique<Engines>()) {}
Inflater::~Inflater() = default;

std::optional<std::string_view> Inflater::whole(std::string_view file) {
  std::size_t used = 0;
  const auto reserve = [this](std::size_t bytes) {
    if (text_.size() < bytes + json::kPadding) text_.resize(bytes + json::kPadding);
  };
  reserve(std::clamp<std::size_t>(stated_size(file), kWindowBytes, kOneShotInflatedMax));
  while (!file.empty() && !only_zeros(file)) {
    if (has_header_checksum(file)) return std::nullopt;
    std::size_t consumed = 0;
    std::size_t produced = 0;
    const libdeflate_result result = libdeflate_gzip_decompress_ex(
        engines_->whole, file.data(), file.size(), text_.data() + used,
        text_.size() - json::kPadding - used, &consumed, &produced);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
      const std::size_t room = text_.size() - json::kPadding;
      if (room >= kOneShotInflatedMax) return std::nullopt;
      reserve(std::min(2 * room, kOneShotInflatedMax));
      continue;
    }
    if (result != LIBDEFLATE_SUCCESS) return std::nullopt;
    used += produced;
    file.remove_prefix(consumed);
  }
  return std::string_view(text_.data(), used);
}

GzipStream::GzipStream(Inflater& inflater, ByteStream& file) : inflater_(inflater), file_(file) {
  inflater_.input_.resize(kInputBytes);
}

// Reads more of the file behind what is held. False at its end.
bool GzipStream::refill() {
  if (file_ended_) return false;
  std::vector<char>& input = inflater_.input_;
  if (held_ == input.size()) {
    const std::size_t drop = at_ > kHistoryBytes ? at_ - kHistoryBytes : 0;
    std::memmove(input.data(), input.data() + drop, held_ - drop);
    input_offset_ += drop;
    at_ -= drop;
    held_ -= drop;
  }
  const std::size_t got = file_.read({input.data() + held_, input.size() - held_});
  file_ended_ = got == 0;
  held_ += got;
  return got != 0;
}

std::size_t GzipStream::stop(ProblemKind kind, std::string cause) {
  fault_ = GzipFault{kind, position(), std::move(cause)};
  in_member_ = false;
  finished_ = true;
  return 0;
}

// Steps over zero padding (legal in practice behind the last member). False at the end.
bool GzipStream::skip_padding() {
  while (true) {
    while (at_ < held_ && inflater_.input_[at_] == '\0') ++at_;
    if (at_ < held_) return true;
    if (!refill()) return false;
  }
}

// False at the end of the file and at a fault.
bool GzipStream::begin_member() {
  if (!skip_padding()) {
    finished_ = true;
    return false;
  }
  while (held_ - at_ < kMemberBytesMin && refill()) {
  }
  member_begin_ = position();
  if (!is_gzip({inflater_.input_.data() + at_, held_ - at_})) {
    stop(ProblemKind::BadGzip, "bytes behind a gzip member that are not gzip");
    return false;
  }
  if (!inflater_.engines_->reset()) {
    stop(ProblemKind::BadGzip, "no memory to inflate it");
    return false;
  }
  in_member_ = true;
  return true;
}

std::size_t GzipStream::read(std::span<char> into) {
  z_stream& zlib = inflater_.engines_->stream;
  std::size_t produced = 0;
  while (produced == 0) {
    if (finished_ || (!in_member_ && !begin_member())) return 0;
    if (at_ == held_) refill();
    zlib.next_in = bytes_of(inflater_.input_.data() + at_);
    zlib.avail_in = static_cast<uInt>(held_ - at_);
    zlib.next_out = bytes_of(into.data());
    zlib.avail_out = static_cast<uInt>(std::min<std::size_t>(into.size(), UINT32_MAX));
    const uInt room = zlib.avail_out;
    const int status = inflate(&zlib, Z_NO_FLUSH);
    at_ = held_ - zlib.avail_in;
    produced = room - zlib.avail_out;
    inflated_ += produced;
    if (status == Z_STREAM_END) {
      in_member_ = false;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      const char* why = zlib.msg != nullptr ? zlib.msg : "broken";
      stop(ProblemKind::BadGzip, std::string("damaged gzip data: ") + why);
    } else if (produced == 0 && file_ended_ && at_ == held_) {
      // Not sooner: zlib may hold text back when `into` was full.
      return stop(ProblemKind::BadGzip, "the file ends inside a gzip member");
    }
    if (!fault_ && inflated_ > kBombInflatedBytes && inflated_ / kBombRatio > position()) {
      return stop(ProblemKind::GzipBomb,
                  "inflates to more than " + std::to_string(kBombInflatedBytes / kMebibyte) +
                      " MiB at more than " + std::to_string(kBombRatio) + ":1, not read further");
    }
  }
  return produced;
}

bool GzipStream::next_part() {
  const bool bomb = fault_ && fault_->kind == ProblemKind::GzipBomb;
  fault_.reset();
  if (bomb) return false;
  const std::uint64_t from = std::max(member_begin_ + 1, input_offset_);
  at_ = static_cast<std::size_t>(from - input_offset_);
  finished_ = !find_member();
  return !finished_;
}

bool GzipStream::find_member() {
  constexpr std::string_view kMagic = "\x1f\x8b\x08";
  while (true) {
    const std::string_view held(inflater_.input_.data(), held_);
    const std::size_t found = held.find(kMagic, at_);
    if (found == std::string_view::npos) {
      at_ = std::max(at_, held_ - std::min(held_, kMagic.size() - 1));
      if (!refill()) return false;
      continue;
    }
    at_ = found;
    if (plausible_member()) return true;
    ++at_;
  }
}

// Whether what begins at at_ inflates to something that may be JSON: the three bytes of the magic
// number also turn up inside compressed data.
bool GzipStream::plausible_member() {
  while (held_ - at_ < kHistoryBytes / 2 && refill()) {
  }
  if (!inflater_.engines_->reset()) return false;
  z_stream& zlib = inflater_.engines_->stream;
  char probe[512];
  zlib.next_in = bytes_of(inflater_.input_.data() + at_);
  zlib.avail_in = static_cast<uInt>(held_ - at_);
  zlib.next_out = bytes_of(probe);
  zlib.avail_out = sizeof probe;
  const int status = inflate(&zlib, Z_NO_FLUSH);
  const std::string_view text(probe, sizeof probe - zlib.avail_out);
  const bool flowing = status == Z_STREAM_END || zlib.avail_out == 0 ||
                       (file_ended_ && (status == Z_OK || status == Z_BUF_ERROR));
  return flowing && !text.empty() && std::all_of(text.begin(), text.end(), [](char byte) {
           return static_cast<unsigned char>(byte) >= 0x20 || byte == '\n' || byte == '\r' ||
                  byte == '\t';
         });
}

}  // namespace trailwarden::cloudtrail
