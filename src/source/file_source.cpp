#include "source/file_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

namespace trailwarden::source {
namespace {

namespace bj = boost::json;

// Chunks that are handed out and not settled.
constexpr std::size_t kUnderWayMax = 8;
// What cannot be handled so often is left out.
constexpr unsigned kFailuresMax = 3;
constexpr std::chrono::milliseconds kPollTime{100};
// A whole log file may stand in one line: CloudTrail's have some 50 MB at most.
constexpr std::size_t kLineBytesMax = std::size_t{128} << 20;

std::string why() { return std::generic_category().message(errno); }

std::optional<FilePlace> place_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return std::nullopt;
  return FilePlace{.device = status.st_dev, .inode = status.st_ino, .offset = 0};
}

std::uint64_t size_of(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

bool is_same_file(const FilePlace& a, const FilePlace& b) {
  return a.device == b.device && a.inode == b.inode;
}

// The path of the file that `place` is in, beside `path`; empty: there is none.
std::string find_moved(const std::string& path, const FilePlace& place) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(path).parent_path();
  std::error_code error;
  for (fs::directory_iterator entry(folder.empty() ? "." : folder, error), end;
       entry != end && !error; entry.increment(error)) {
    struct stat status {};
    if (::stat(entry->path().c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_dev == place.device && status.st_ino == place.inode) {
      return entry->path();
    }
  }
  return {};
}

bool is_older(const timespec& a, const timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

bool is_compressed(std::string_view name) {
  return name.ends_with(".gz") || name.ends_with(".zst") || name.ends_with(".xz") ||
         name.ends_with(".bz2");
}

// Of the files beside `path` that had its name, the first one that was written to later than at
// `time`; empty: there is none.
std::string first_moved_after(const std::string& path, const timespec& time, const Note& note) {
  namespace fs = std::filesystem;
  const fs::path named(path);
  const std::string name = named.filename().string();
  const fs::path folder = named.parent_path();
  std::string first;
  timespec first_time{};
  std::error_code error;
  for (fs::directory_iterator entry(folder.empty() ? "." : folder, error), end;
       entry != end && !error; entry.increment(error)) {
    const std::string other = entry->path().filename().string();
    const bool had_name = other.starts_with(name + ".") || other.starts_with(name + "-");
    struct stat status {};
    if (!had_name || ::stat(entry->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
      continue;
    }
    const timespec& written = status.st_mtim;
    if (!is_older(time, written)) continue;
    if (is_compressed(other)) {
      note(entry->path().string() + ": was compressed before it was read; `scan` reads it");
    } else if (first.empty() || is_older(written, first_time)) {
      first = entry->path();
      first_time = written;
    }
  }
  return first;
}

std::optional<std::uint64_t> number_of(const bj::object& object, std::string_view name) {
  const bj::value* value = object.if_contains(name);
  if (value == nullptr) return std::nullopt;
  boost::system::error_code error;
  const auto number = value->to_number<std::uint64_t>(error);
  if (error) return std::nullopt;
  return number;
}

// The end of the last JSON value at the top of `text`: how much of it needs nothing that is still
// to come. Values behind each other without ends of lines are rare, and damaged ones end nowhere.
std::size_t end_of_values(std::string_view text) {
  std::size_t end = 0;
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth != 0 && --depth == 0) end = i + 1;
  }
  return end;
}

}  // namespace

std::string to_json(const FilePlace& place) {
  return bj::serialize(bj::object{
      {"schema", 1}, {"device", place.device}, {"inode", place.inode}, {"offset", place.offset}});
}

Result<FilePlace> parse_file_place(std::string_view text) {
  boost::system::error_code error;
  const bj::value document = bj::parse({text.data(), text.size()}, error);
  const bj::object* object = error ? nullptr : document.if_object();
  if (object != nullptr && number_of(*object, "schema") == 1) {
    const auto device = number_of(*object, "device");
    const auto inode = number_of(*object, "inode");
    const auto offset = number_of(*object, "offset");
    if (device && inode && offset) return FilePlace{*device, *inode, *offset};
  }
  return fail(ErrorCode::Decode, "the checkpoint of a file cannot be read");
}

Result<std::unique_ptr<FileSource>> FileSource::open(const FileSetup& setup, Note note) {
  std::unique_ptr<FileSource> source(new FileSource(setup, std::move(note)));
  TW_TRY(source->open_first());
  return source;
}

std::unique_ptr<FileSource> FileSource::of_stream(int descriptor, std::string name, Note note) {
  FileSetup setup;
  setup.path = std::move(name);
  setup.follows = false;
  std::unique_ptr<FileSource> source(new FileSource(std::move(setup), std::move(note)));
  source->descriptor_ = descriptor;
  source->is_stream_ = true;
  return source;
}

FileSource::~FileSource() {
  if (!is_stream_ && descriptor_ >= 0) ::close(descriptor_);
}

bool FileSource::open_now(const std::string& path, std::uint64_t offset) {
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) return false;
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = opened;
  held_begin_ = place_of(opened).value_or(FilePlace{});
  held_begin_.offset = offset;
  const std::lock_guard lock(mutex_);
  behind_ = held_begin_;
  has_place_ = true;
  return true;
}

Result<void> FileSource::open_first() {
  struct stat status {};
  if (::stat(setup_.path.c_str(), &status) != 0) {
    if (errno == ENOENT && setup_.follows) return {};
    return fail(ErrorCode::Io, "cannot be read: " + why(), setup_.path);
  }
  if (S_ISDIR(status.st_mode)) {
    return fail(ErrorCode::Usage, "is a folder: only a file can be followed", setup_.path);
  }
  if (!open_now(setup_.path, 0))
    return fail(ErrorCode::Io, "cannot be read: " + why(), setup_.path);
  if (!setup_.place) return {};
  std::uint64_t offset = setup_.place->offset;
  if (!is_same_file(*setup_.place, held_begin_)) {
    const std::string moved = find_moved(setup_.path, *setup_.place);
    if (moved.empty()) {
      note_(setup_.path +
            ": the file that was read last is gone; reading this one from its beginning");
      return {};
    }
    if (!open_now(moved, offset)) return fail(ErrorCode::Io, "cannot be read: " + why(), moved);
  }
  if (offset > size_of(descriptor_)) offset = 0;  // It was cut off meanwhile.
  const std::lock_guard lock(mutex_);
  held_begin_.offset = behind_.offset = offset;
  return {};
}

bool FileSource::switch_files() {
  if (descriptor_ < 0) return open_now(setup_.path, 0);
  const std::uint64_t read = held_begin_.offset + held_.size();
  if (size_of(descriptor_) < read) {
    note_(setup_.path + ": was cut off; reading it from its beginning");
    held_.clear();
    looked_ = 0;
    held_begin_.offset = 0;
    const std::lock_guard lock(mutex_);
    behind_ = held_begin_;
    return true;
  }
  struct stat status {};
  if (::stat(setup_.path.c_str(), &status) != 0) return false;  // Between two files.
  const FilePlace named{.device = status.st_dev, .inode = status.st_ino, .offset = 0};
  if (is_same_file(named, held_begin_) || size_of(descriptor_) > read) return false;
  // A line that has not got its end by now will get none.
  is_gone_ = !held_.empty();
  return is_gone_ || open_next();
}

// More than one may have been moved away since somebody looked.
bool FileSource::open_next() {
  struct stat status {};
  if (::fstat(descriptor_, &status) == 0) {
    const std::string moved = first_moved_after(setup_.path, status.st_mtim, note_);
    if (!moved.empty() && open_now(moved, 0)) return true;
  }
  return open_now(setup_.path, 0);
}

Result<FileSource::Seen> FileSource::read_more(const std::stop_token& stop) {
  if (descriptor_ < 0) return Seen::Nothing;
  if (is_stream_) {
    pollfd ready{.fd = descriptor_, .events = POLLIN, .revents = 0};
    while (::poll(&ready, 1, static_cast<int>(kPollTime.count())) == 0) {
      if (stop.stop_requested()) return Seen::Nothing;
    }
  }
  const std::size_t before = held_.size();
  held_.resize(before + setup_.chunk_bytes);
  const ssize_t got = is_stream_ ? ::read(descriptor_, held_.data() + before, setup_.chunk_bytes)
                                 : ::pread(descriptor_, held_.data() + before, setup_.chunk_bytes,
                                           static_cast<off_t>(held_begin_.offset + before));
  held_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0) {
    if (errno == EINTR || errno == EAGAIN) return Seen::Nothing;
    return fail(ErrorCode::Io, "cannot be read: " + why(), setup_.path);
  }
  return got == 0 ? Seen::End : Seen::Data;
}

// What of held_ can be handed out: whole lines; where there are none, whole values; or all of it.
std::optional<std::string> FileSource::take_lines(bool is_end) {
  const std::size_t line_end = held_.rfind('\n');
  std::size_t taken = line_end == std::string::npos || line_end < looked_ ? 0 : line_end + 1;
  if (is_end || held_.size() > kLineBytesMax) taken = held_.size();
  if (taken == 0 && held_.size() >= next_look_) {
    taken = end_of_values(held_);
    next_look_ = 2 * (held_.size() - taken) + setup_.chunk_bytes;
  }
  looked_ = held_.size() - taken;
  if (taken == 0) return std::nullopt;
  std::string lines = held_.substr(0, taken);
  held_.erase(0, taken);
  return lines;
}

Delivery FileSource::hand_out(std::string bytes) {
  const std::lock_guard lock(mutex_);
  const Receipt receipt{next_receipt_++};
  const FilePlace begin = held_begin_;
  held_begin_.offset += bytes.size();
  behind_ = held_begin_;
  const auto added = under_way_.emplace(receipt, Chunk{begin, std::move(bytes), 0}).first;
  return {.name = setup_.path, .bytes = added->second.bytes, .receipt = receipt};
}

Delivery FileSource::hand_out_again(Receipt receipt) {
  return {.name = setup_.path, .bytes = under_way_.at(receipt).bytes, .receipt = receipt};
}

Result<std::optional<Delivery>> FileSource::next(const std::stop_token& stop) {
  const std::lock_guard reading(reading_);
  while (!stop.stop_requested()) {
    const std::uint64_t rings = settled_.rings();
    bool is_full = false;
    bool is_last = false;
    {
      const std::lock_guard lock(mutex_);
      if (!again_.empty()) {
        const Receipt receipt = again_.front();
        again_.pop_front();
        return hand_out_again(receipt);
      }
      is_full = under_way_.size() >= kUnderWayMax || (at_end_ && !under_way_.empty());
      is_last = at_end_ && under_way_.empty();
    }
    if (is_last) return std::nullopt;
    if (is_full) {
      settled_.wait(rings, std::nullopt, stop);
      continue;
    }
    const Seen seen = TW_TRY(read_more(stop));
    at_end_ = seen == Seen::End && !setup_.follows;
    const bool is_end = at_end_ || std::exchange(is_gone_, false);
    if (auto lines = take_lines(is_end)) return hand_out(*std::move(lines));
    if (seen == Seen::Data || at_end_) continue;
    if (seen == Seen::End || descriptor_ < 0) {
      if (!is_stream_ && switch_files()) continue;
    }
    settled_.wait(settled_.rings(), std::chrono::steady_clock::now() + setup_.look_every, stop);
  }
  return std::nullopt;
}

void FileSource::done(Receipt receipt) {
  {
    const std::lock_guard lock(mutex_);
    under_way_.erase(receipt);
  }
  settled_.ring();
}

void FileSource::failed(Receipt receipt, std::string_view reason) {
  bool is_left_out = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(receipt);
    if (found == under_way_.end()) return;
    is_left_out = ++found->second.failures == kFailuresMax;
    if (is_left_out) {
      under_way_.erase(found);
    } else {
      again_.push_back(receipt);
    }
  }
  if (is_left_out) note_(setup_.path + ": lines were left out: " + std::string(reason));
  settled_.ring();
}

std::optional<FilePlace> FileSource::place() const {
  const std::lock_guard lock(mutex_);
  if (is_stream_ || !has_place_) return std::nullopt;
  return under_way_.empty() ? behind_ : under_way_.begin()->second.begin;
}

}  // namespace trailwarden::source
