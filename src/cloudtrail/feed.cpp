#include "cloudtrail/feed.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace trailwarden::cloudtrail {
namespace {

// The largest files first: a worker that gets one last would work alone at the end.
void largest_first(std::vector<Slice>& slices) {
  std::stable_sort(slices.begin(), slices.end(),
                   [](const Slice& left, const Slice& right) { return left.bytes > right.bytes; });
}

std::string version_of(const std::string& path) {
  struct stat status {};
  if (path == "-" || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return std::to_string(status.st_size) + "@" + std::to_string(status.st_mtim.tv_sec) + "." +
         std::to_string(status.st_mtim.tv_nsec);
}

}  // namespace

Result<std::unique_ptr<FileFeed>> FileFeed::open(std::span<const std::string> inputs,
                                                 FeedOrder order, FeedProgress& progress) {
  Plan files = TW_TRY(plan(inputs));
  if (order == FeedOrder::Quickest) largest_first(files.slices);
  for (const Slice& slice : files.slices) {
    progress.bytes += slice.bytes;
    if (slice.begin == 0) ++progress.inputs;
  }
  return std::unique_ptr<FileFeed>(new FileFeed(std::move(files)));
}

Result<std::optional<Portion>> FileFeed::next(const std::stop_token& stop) {
  if (stop.stop_requested()) return std::nullopt;
  const std::size_t number = next_.fetch_add(1);
  if (number < plan_.slices.size()) {
    Portion portion;
    portion.slice = plan_.slices[number];
    portion.version = version_of(portion.slice.path);
    return portion;
  }
  const std::size_t behind = number - plan_.slices.size();
  if (behind >= plan_.problems.size()) return std::nullopt;
  Portion portion;
  portion.slice.path = plan_.problems[behind].path;
  portion.problem = plan_.problems[behind];
  return portion;
}

}  // namespace trailwarden::cloudtrail
