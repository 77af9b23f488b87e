#include "sink/line_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace trailwarden::sink {
namespace {

constexpr off_t kLookedThrough = off_t{1} << 20;

tl::unexpected<Error> failed(const std::string& path, std::string_view what) {
  return fail(ErrorCode::Io, std::string(what) + ": " + std::generic_category().message(errno),
              path);
}

// Keeps other processes of ours out of the file: what one of them is writing looks like half a line
// to the others. What cannot be locked (pipes) has nothing to be looked at either.
class FileLock {
 public:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {
    while (flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) continue;
  }
  ~FileLock() { flock(descriptor_, LOCK_UN); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  const int descriptor_;
};

// Whether the file ends within a line. What is no regular file never does.
bool ends_in_half_a_line(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
    return false;
  }
  char last = '\n';
  return pread(descriptor, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

}  // namespace

LineFile::LineFile(std::string path) : path_(std::move(path)) {
  if (path_ == "-") descriptor_ = STDOUT_FILENO;
}

LineFile::~LineFile() {
  if (descriptor_ > STDERR_FILENO) close(descriptor_);
}

// Whoever rotates logs moves the file away, or removes it: the path names another file then.
Result<void> LineFile::open_again() {
  if (path_ == "-") return {};
  if (descriptor_ >= 0) {
    struct stat ours {
    }, theirs{};
    const bool same = fstat(descriptor_, &ours) == 0 && stat(path_.c_str(), &theirs) == 0 &&
                      ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
    if (same) return {};
    close(descriptor_);
  }
  descriptor_ = open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor_ < 0) return failed(path_, "cannot be opened");
  return {};
}

Result<void> LineFile::write_whole(const std::string& bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = write(descriptor_, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(path_, "cannot be written");
    written += static_cast<std::size_t>(count);
  }
  // Pipes and terminals have nothing to wait for.
  if (fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) {
    return failed(path_, "cannot be brought to the disk");
  }
  return {};
}

Result<void> LineFile::append(std::string_view line) {
  const std::scoped_lock lock(mutex_);
  TW_TRY(open_again());
  const FileLock file_lock(descriptor_);
  std::string bytes = ends_in_half_a_line(descriptor_) ? "\n" : "";
  bytes.append(line).push_back('\n');
  return write_whole(bytes);
}

Result<bool> LineFile::ends_with_text(std::string_view text) {
  const std::scoped_lock lock(mutex_);
  TW_TRY(open_again());
  const FileLock file_lock(descriptor_);
  struct stat status {};
  if (fstat(descriptor_, &status) != 0) return failed(path_, "cannot be read");
  if (!S_ISREG(status.st_mode)) return false;
  const off_t begin = std::max(off_t{0}, status.st_size - kLookedThrough);
  std::string tail(static_cast<std::size_t>(status.st_size - begin), '\0');
  std::size_t have = 0;
  while (have < tail.size()) {
    const ssize_t count = pread(descriptor_, tail.data() + have, tail.size() - have,
                                begin + static_cast<off_t>(have));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(path_, "cannot be read");
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
  }
  tail.resize(have);
  // A half line is ended and stays, but it was not sent.
  tail.resize(tail.rfind('\n') == std::string::npos ? 0 : tail.rfind('\n'));
  return tail.find(text) != std::string::npos;
}

}  // namespace trailwarden::sink
