// A file that lines are appended to, one write each, while others may rotate it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trailwarden::sink {

// Safe for any number of threads; several processes may append to the same file.
class LineFile {
 public:
  // "-" is the standard output. The file is opened by the first append.
  explicit LineFile(std::string path);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  // Appends `line` and a line feed, on the disk when it returns. A file that was moved away is made
  // anew, and a half line that a crash left is ended first. Error: Io (and perhaps half a line).
  Result<void> append(std::string_view line);

  // Whether the last megabyte of the file holds `text`.
  Result<bool> ends_with_text(std::string_view text);

 private:
  Result<void> open_again();
  Result<void> write_whole(const std::string& bytes);

  const std::string path_;
  std::mutex mutex_;
  int descriptor_ = -1;
};

}  // namespace trailwarden::sink
