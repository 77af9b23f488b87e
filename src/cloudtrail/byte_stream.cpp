#include "cloudtrail/byte_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace trailwarden::cloudtrail {
namespace {

std::string message_of(int error) { return std::generic_category().message(error); }

}  // namespace

Result<std::unique_ptr<FileStream>> FileStream::open(const std::string& path) {
  const bool standard_input = path == "-";
  // Non-blocking would turn a quiet pipe into an end; O_NOCTTY: a log is no terminal of ours.
  const int descriptor =
      standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return fail(ErrorCode::Io, "cannot open: " + message_of(errno), path);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || S_ISDIR(status.st_mode)) {
    const std::string why = S_ISDIR(status.st_mode) ? "is a folder" : message_of(errno);
    if (!standard_input) ::close(descriptor);
    return fail(ErrorCode::Io, "cannot read: " + why, path);
  }
  const auto size = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
  return std::unique_ptr<FileStream>(new FileStream(descriptor, !standard_input, size));
}

FileStream::~FileStream() {
  if (owned_) ::close(descriptor_);
}

std::size_t FileStream::read(std::span<char> into) {
  while (true) {
    const ssize_t got = ::read(descriptor_, into.data(), into.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR) continue;
    failure_ = message_of(errno);
    return 0;
  }
}

void FileStream::seek(std::uint64_t offset) {
  if (::lseek(descriptor_, static_cast<off_t>(offset), SEEK_SET) < 0) failure_ = message_of(errno);
}

std::size_t MemoryStream::read(std::span<char> into) {
  const std::size_t size = std::min(into.size(), rest_.size());
  std::copy_n(rest_.data(), size, into.data());
  rest_.remove_prefix(size);
  return size;
}

std::size_t ChainedStream::read(std::span<char> into) {
  const std::size_t got = first_.read(into);
  return got != 0 ? got : second_.read(into);
}

}  // namespace trailwarden::cloudtrail
