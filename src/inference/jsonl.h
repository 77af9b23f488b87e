// JSON lines out of a stream of pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trailwarden::inference {

// Bytes of the longest line that is read: the largest prompt that services take (Bedrock: 25 MB a
// call) is written back beside its answer.
inline constexpr std::size_t kLineBytesMax = std::size_t{32} << 20;

// Blank lines are passed over. A line that is too long is counted, and kept from nobody's memory.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t bytes_max = kLineBytesMax) : bytes_max_(bytes_max) {}

  // Tells of each line that `piece` ends. Error: on_line's; the splitter is of no use then.
  template <class OnLine>
  Result<void> feed(std::string_view piece, const OnLine& on_line) {
    while (!piece.empty()) {
      const std::size_t end = piece.find('\n');
      keep(piece.substr(0, end));
      if (end == piece.npos) return {};
      piece.remove_prefix(end + 1);
      TW_TRY(finish(on_line));
    }
    return {};
  }

  // Tells of what stands behind the last line end, and begins anew.
  template <class OnLine>
  Result<void> finish(const OnLine& on_line) {
    if (line_.ends_with('\r')) line_.pop_back();
    const bool is_whole = !is_too_long_ && !line_.empty();
    if (is_too_long_) ++too_long_;
    is_too_long_ = false;
    if (is_whole) TW_TRY(on_line(std::string_view(line_)));
    line_.clear();
    return {};
  }

  std::uint64_t too_long() const { return too_long_; }

 private:
  void keep(std::string_view part) {
    if (is_too_long_) return;
    if (line_.size() + part.size() > bytes_max_) {
      is_too_long_ = true;
      line_ = {};
      return;
    }
    line_ += part;
  }

  const std::size_t bytes_max_;
  std::string line_;
  bool is_too_long_ = false;
  std::uint64_t too_long_ = 0;
};

}  // namespace trailwarden::inference
