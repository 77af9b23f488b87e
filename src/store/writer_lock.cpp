#include "store/writer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace trailwarden::store {
namespace {

constexpr int kOwnerOnly = 0600;

// " (process 1234)", or nothing where the file does not say it.
std::string holder(int file) {
  std::array<char, 16> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  if (size <= 0) return {};
  const std::string_view written(text.data(), static_cast<std::size_t>(size));
  const std::string_view digits = written.substr(0, written.find_first_not_of("0123456789"));
  return digits.empty() ? std::string() : " (process " + std::string(digits) + ")";
}

// For the message of the next who comes; the lock does not depend on it.
void write_holder(int file) {
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file, 0) == 0) static_cast<void>(!::pwrite(file, text.data(), text.size(), 0));
}

}  // namespace

Result<WriterLock> WriterLock::take(const std::string& path) {
  const std::string name = path + "-lock";
  WriterLock lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly));
  if (lock.file_ < 0) {
    return fail(ErrorCode::Io, "cannot be opened: " + std::generic_category().message(errno), name);
  }
  if (::flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return fail(ErrorCode::Io, "cannot be locked: " + std::generic_category().message(errno),
                  name);
    }
    return fail(ErrorCode::Io, "another process" + holder(lock.file_) + " writes to this store",
                path);
  }
  write_holder(lock.file_);
  return lock;
}

WriterLock::WriterLock(WriterLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

WriterLock::~WriterLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace trailwarden::store
