// A file that grows, as a live source: lines of JSON that somebody else appends to it. Or a stream,
// such as standard input, which comes to an end.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "source/bell.h"
#include "source/live_source.h"

namespace trailwarden::source {

// A place in a file, whatever name the file has by now.
struct FilePlace {
  std::uint64_t device = 0, inode = 0;
  std::uint64_t offset = 0;

  bool operator==(const FilePlace&) const = default;
};

// {"schema":1,"device":2049,"inode":131,"offset":4096}
std::string to_json(const FilePlace& place);
// Error: Decode, not what to_json() writes.
Result<FilePlace> parse_file_place(std::string_view text);

struct FileSetup {
  std::string path;
  std::optional<FilePlace> place{};  // Where an earlier run stopped; nothing: the beginning.
  bool follows = true;               // False: the end of the file is the end.
  std::size_t chunk_bytes = std::size_t{1} << 20;
  std::chrono::milliseconds look_every{200};  // How often a file is asked whether it grew.
};

// Hands out whole lines, many at a time. A line that has not got its end yet is waited for; where
// megabytes have none, whole JSON values are handed out. At the end of a stream all counts as it
// is.
//
// A file that was moved away (logrotate) is read to its end, then those that had its name after it
// and were moved away as well ("NAME.…" or "NAME-…", in the order of their last writes), then the
// one that has it now. One that was cut off (copytruncate) is read from its new beginning. What was
// moved away while nobody looked is found again by its inode in the same folder.
class FileSource final : public LiveSource {
 public:
  // A file that does not exist yet is waited for. Error: it cannot be read, or is a folder.
  static Result<std::unique_ptr<FileSource>> open(const FileSetup& setup, Note note);
  // Of a stream that stays open: -1 is not allowed, the descriptor stays the caller's.
  static std::unique_ptr<FileSource> of_stream(int descriptor, std::string name, Note note);
  ~FileSource() override;

  Result<std::optional<Delivery>> next(const std::stop_token& stop) override;
  void done(Receipt receipt) override;
  void failed(Receipt receipt, std::string_view reason) override;
  void close() override {}

  // Everything before it was handled. Nothing: a stream, or no file yet.
  std::optional<FilePlace> place() const;

 private:
  struct Chunk {
    FilePlace begin;
    std::string bytes;
    unsigned failures = 0;
  };
  enum class Seen : std::uint8_t { Data, Nothing, End };

  FileSource(FileSetup setup, Note note) : setup_(std::move(setup)), note_(std::move(note)) {}

  Result<void> open_first();
  bool open_now(const std::string& path, std::uint64_t offset);
  Result<Seen> read_more(const std::stop_token& stop);
  // At the end of the file that is open: whether there is more to read by now, here or elsewhere.
  bool switch_files();
  bool open_next();
  std::optional<std::string> take_lines(bool is_end);
  Delivery hand_out(std::string bytes);
  Delivery hand_out_again(Receipt receipt);

  const FileSetup setup_;
  const Note note_;

  std::mutex reading_;  // One thread reads, the others wait for it.
  int descriptor_ = -1;
  bool is_stream_ = false;
  bool at_end_ = false;
  bool is_gone_ = false;    // The file has another name by now, and was read to its end.
  std::string held_;        // Read, and not handed out.
  std::size_t looked_ = 0;  // So much of it holds no end of a line.
  std::size_t next_look_ = std::size_t{4} << 20;  // Where values without ends of lines are sought.
  FilePlace held_begin_;

  mutable std::mutex mutex_;  // Over what follows.
  Bell settled_;
  std::map<Receipt, Chunk> under_way_;
  std::deque<Receipt> again_;
  FilePlace behind_;  // Behind all that was handed out.
  bool has_place_ = false;
  std::uint64_t next_receipt_ = 1;
};

}  // namespace trailwarden::source
