// Bytes that come one after the other: a file, a pipe, an inflated gzip member.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace trailwarden::cloudtrail {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Fills the front of `into` and returns how many bytes it wrote; 0 only at the end, or behind a
  // failure that the stream reports in its own way.
  virtual std::size_t read(std::span<char> into) = 0;
  // All that is left, where that is in memory already: taken as by read(), but not copied; it lives
  // as long as the stream. Empty: to be read.
  virtual std::string_view take_held() { return {}; }
  // Why a read failed, in one clause; empty while all is well.
  virtual std::string failure() const { return {}; }
};

// An open file or pipe. Closes what it opened.
class FileStream final : public ByteStream {
 public:
  // `path` "-" is standard input (not closed).
  static Result<std::unique_ptr<FileStream>> open(const std::string& path);
  ~FileStream() override;
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;

  std::size_t read(std::span<char> into) override;
  // Regular files only: the next read() begins at byte `offset`.
  void seek(std::uint64_t offset);
  // The file's size, or 0 where that is unknown (pipes).
  std::uint64_t size() const { return size_; }
  std::string failure() const override { return failure_; }

 private:
  FileStream(int descriptor, bool owned, std::uint64_t size)
      : descriptor_(descriptor), owned_(owned), size_(size) {}

  int descriptor_;
  bool owned_;
  std::uint64_t size_;
  std::string failure_;
};

// Bytes in memory; borrowed.
class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(std::string_view bytes) : rest_(bytes) {}
  std::size_t read(std::span<char> into) override;
  std::string_view take_held() override { return std::exchange(rest_, {}); }

 private:
  std::string_view rest_;
};

// Bytes in memory, its own.
class TextStream final : public ByteStream {
 public:
  explicit TextStream(std::string text) : text_(std::move(text)) {}
  TextStream(const TextStream&) = delete;
  TextStream& operator=(const TextStream&) = delete;
  std::size_t read(std::span<char> into) override { return rest_.read(into); }
  std::string_view take_held() override { return rest_.take_held(); }

 private:
  const std::string text_;
  MemoryStream rest_{text_};
};

// One stream behind another.
class ChainedStream final : public ByteStream {
 public:
  ChainedStream(ByteStream& first, ByteStream& second) : first_(first), second_(second) {}
  std::size_t read(std::span<char> into) override;

 private:
  ByteStream& first_;
  ByteStream& second_;
};

}  // namespace trailwarden::cloudtrail
