#include "source/dead_letters.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "json/writer.h"

namespace trailwarden::source {

struct DeadLetters::File {
  File(std::string name, int opened) : path(std::move(name)), descriptor(opened) {}
  ~File() { ::close(descriptor); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  Result<void> append(std::string_view line);

  const std::string path;
  const int descriptor;
  std::mutex mutex;
};

namespace {

tl::unexpected<Error> io_error(std::string_view what, const std::string& path) {
  return fail(ErrorCode::Io, std::string(what) + ": " + std::generic_category().message(errno),
              path);
}

std::string line_of(const DeadLetter& letter, UnixSeconds time) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object();
  writer.key("time").string(format_utc(time));
  writer.key("queue").string(letter.queue_url);
  writer.key("message_id").string(letter.message_id);
  writer.key("receive_count").number(std::int64_t{letter.receive_count});
  writer.key("reason").string(letter.reason);
  writer.key("body").string(letter.body);
  writer.end_object();
  return line;
}

}  // namespace

// On the disk when it returns: what comes next deletes the message.
Result<void> DeadLetters::File::append(std::string_view line) {
  const std::lock_guard lock(mutex);
  while (!line.empty()) {
    const ssize_t written = ::write(descriptor, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error("cannot write a dead letter", path);
    line.remove_prefix(static_cast<std::size_t>(written));
  }
  // Pipes and devices have nothing to be synchronised.
  if (::fdatasync(descriptor) != 0 && errno != EINVAL && errno != EROFS) {
    return io_error("cannot write a dead letter", path);
  }
  return {};
}

Result<DeadLetters> DeadLetters::open(const std::string& path, std::optional<SqsQueue> queue) {
  if (path.empty()) return DeadLetters(nullptr, std::move(queue));
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return io_error("cannot open the file for dead letters", path);
  return DeadLetters(std::make_shared<File>(path, descriptor), std::move(queue));
}

Result<void> DeadLetters::put(const DeadLetter& letter, UnixSeconds time,
                              const std::stop_token& stop) const {
  const std::string line = line_of(letter, time);
  if (file_ != nullptr) TW_TRY(file_->append(line + "\n"));
  if (!queue_) return {};
  if (auto sent = queue_->send(line, stop); !sent) {
    return tl::unexpected(aws::to_error(sent.error()));
  }
  return {};
}

}  // namespace trailwarden::source
