// From what the user named to what the reader reads.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cloudtrail/limits.h"
#include "cloudtrail/problem.h"

namespace trailwarden::cloudtrail {

// Text of one object or array after the other, or one object a line.
enum class Layout : std::uint8_t { Documents, Lines };

// A piece of work for one Reader: a whole input, or the lines of a large NDJSON file that begin in
// [begin, end). Reading all slices gives what reading the file in one gives, in any order.
struct Slice {
  static constexpr std::uint64_t kWholeFile = UINT64_MAX;

  std::string path;         // "-": standard input.
  std::uint64_t begin = 0;  // Not 0 only for files in lines.
  std::uint64_t end = kWholeFile;
  std::uint64_t bytes = 0;   // Of the file that this slice stands for (0: unknown).
  bool from_folder = false;  // Found, not named: what is no log is no mistake.
};

struct Plan {
  std::vector<Slice> slices;
  std::vector<Problem> problems;  // Folders and files below the inputs that cannot be opened.
};

// Looks at every input: a file, a folder (with all below it, in the order of their names) or "-".
// In folders, names that begin with a dot are left alone, as shells and rsync's unfinished
// transfers would have it; links are followed, each folder is entered once. Error: an input that
// does not exist or cannot be read; the message says which.
Result<Plan> plan(std::span<const std::string> inputs, std::uint64_t slice_bytes = kSliceBytes);

// Which layout a text has, from its first kSniffBytes bytes: lines when the first two lines that
// are not blank begin with {" and the first is a whole object other than {"Records":…}. Such a
// text is NDJSON to its end: a record that is not over when its line is, is damaged.
Layout layout_of(std::string_view head);

}  // namespace trailwarden::cloudtrail
