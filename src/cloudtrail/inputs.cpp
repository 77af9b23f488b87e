#include "cloudtrail/inputs.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "cloudtrail/byte_stream.h"

namespace trailwarden::cloudtrail {
namespace {

namespace fs = std::filesystem;

bool begins_object(std::string_view line) { return line.starts_with("{\""); }

// Whether `line` is one object from its first byte to its last: brackets balance at its end and
// not before.
bool is_whole_object(std::string_view line) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char byte = line[at];
    if (in_string) {
      if (byte == '\\') ++at;
      if (byte == '"') in_string = false;
    } else if (byte == '"') {
      in_string = true;
    } else if (byte == '{' || byte == '[') {
      ++depth;
    } else if (byte == '}' || byte == ']') {
      if (depth == 0 || --depth == 0) return depth == 0 && at + 1 == line.size();
    }
  }
  return false;
}

// The next line of `text` that is not blank, without its white space; empty at the end and where
// the text ends before the line does.
std::string_view take_line(std::string_view& text) {
  constexpr std::string_view kBlank = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  const std::size_t newline = text.find('\n');
  if (newline == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, newline);
  text.remove_prefix(newline + 1);
  return line.substr(0, line.find_last_not_of(kBlank) + 1);
}

class Planner {
 public:
  explicit Planner(std::uint64_t slice_bytes) : slice_bytes_(slice_bytes) {}

  Result<void> add_input(const std::string& path);
  Plan take() { return std::move(plan_); }

 private:
  void add_folder(const std::string& path, std::uint32_t depth);
  void add_below(const std::string& path, std::uint32_t depth);
  void add_file(const std::string& path, std::uint64_t size, bool from_folder);
  void unreadable(const std::string& path, std::string cause) {
    plan_.problems.push_back({ProblemKind::Unreadable, path, 0, std::move(cause)});
  }

  std::uint64_t slice_bytes_;
  std::set<std::pair<dev_t, ino_t>> folders_seen_;
  Plan plan_;
};

Result<void> Planner::add_input(const std::string& path) {
  if (path == "-") {
    plan_.slices.push_back({.path = path});
    return {};
  }
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    const std::string why = std::generic_category().message(errno);
    return fail(ErrorCode::Io, "cannot read the input: " + why, path);
  }
  if (S_ISDIR(status.st_mode)) {
    std::error_code error;
    const fs::directory_iterator readable(path, error);
    if (error) return fail(ErrorCode::Io, "cannot read the folder: " + error.message(), path);
    folders_seen_.clear();
    add_folder(path, 0);
    return {};
  }
  const bool regular = S_ISREG(status.st_mode);
  if (regular) {
    auto opened = FileStream::open(path);
    if (!opened) return tl::unexpected(std::move(opened).error());
  }
  add_file(path, regular ? static_cast<std::uint64_t>(status.st_size) : 0, false);
  return {};
}

void Planner::add_folder(const std::string& path, std::uint32_t depth) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return unreadable(path, std::generic_category().message(errno));
  }
  if (!folders_seen_.emplace(status.st_dev, status.st_ino).second) return;
  if (depth > kFolderDepthMax) return unreadable(path, "too many folders inside each other");
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (!name.starts_with('.')) names.push_back(std::move(name));
  }
  if (error) unreadable(path, error.message());
  std::sort(names.begin(), names.end());
  const std::string folder = path.ends_with('/') ? path : path + '/';
  for (const std::string& name : names) add_below(folder + name, depth);
}

void Planner::add_below(const std::string& path, std::uint32_t depth) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return unreadable(path, std::generic_category().message(errno));
  }
  if (S_ISDIR(status.st_mode)) return add_folder(path, depth + 1);
  // A pipe or device in a folder would block or never end.
  if (S_ISREG(status.st_mode)) add_file(path, static_cast<std::uint64_t>(status.st_size), true);
}

bool is_lines_file(const std::string& path) {
  auto file = FileStream::open(path);
  if (!file) return false;
  std::string head(kSniffBytes, '\0');
  std::size_t held = 0;
  while (held < head.size()) {
    const std::size_t got = (*file)->read({head.data() + held, head.size() - held});
    if (got == 0) break;
    held += got;
  }
  return layout_of(std::string_view(head).substr(0, held)) == Layout::Lines;
}

void Planner::add_file(const std::string& path, std::uint64_t size, bool from_folder) {
  Slice whole{.path = path, .bytes = size, .from_folder = from_folder};
  if (slice_bytes_ == 0 || size < 2 * slice_bytes_ || !is_lines_file(path)) {
    plan_.slices.push_back(std::move(whole));
    return;
  }
  const std::uint64_t count = size / slice_bytes_;
  for (std::uint64_t number = 0; number < count; ++number) {
    Slice slice = whole;
    slice.begin = number * slice_bytes_;
    slice.end = number + 1 == count ? Slice::kWholeFile : slice.begin + slice_bytes_;
    slice.bytes = std::min(slice.end, size) - slice.begin;
    plan_.slices.push_back(std::move(slice));
  }
}

}  // namespace

Layout layout_of(std::string_view head) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (head.starts_with(kByteOrderMark)) head.remove_prefix(kByteOrderMark.size());
  // Whoever took the mark off already sees as much of the text as whoever did not.
  head = head.substr(0, kSniffBytes - kByteOrderMark.size());
  const std::string_view first = take_line(head);
  if (!begins_object(first) || first.starts_with("{\"Records\"") || !is_whole_object(first)) {
    return Layout::Documents;
  }
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  return begins_object(head) ? Layout::Lines : Layout::Documents;
}

Result<Plan> plan(std::span<const std::string> inputs, std::uint64_t slice_bytes) {
  Planner planner(slice_bytes);
  for (const std::string& input : inputs) TW_TRY(planner.add_input(input));
  return planner.take();
}

}  // namespace trailwarden::cloudtrail
