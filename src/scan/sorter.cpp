#include "scan/sorter.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <queue>
#include <system_error>

namespace trailwarden::scan {
namespace {

struct Entry {
  std::string_view key;
  std::string_view payload;
  bool operator<(const Entry& other) const {
    const int order = key.compare(other.key);
    return order != 0 ? order < 0 : payload < other.payload;
  }
};

constexpr std::size_t kHeader = 2 * sizeof(std::uint32_t);

Entry entry_at(const std::string& arena, std::uint64_t offset) {
  std::uint32_t sizes[2];
  std::memcpy(sizes, arena.data() + offset, kHeader);
  const char* bytes = arena.data() + offset + kHeader;
  return {{bytes, sizes[0]}, {bytes + sizes[0], sizes[1]}};
}

Error io_error(const char* what) {
  return {ErrorCode::Io, std::string(what) + ": " + std::generic_category().message(errno),
          "temporary file"};
}

// An unnamed file: unlinked as soon as it is open.
Result<std::FILE*> open_unnamed() {
  const char* folder = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/trailwarden-XXXXXX";
  const int descriptor = ::mkstemp(path.data());
  if (descriptor < 0) return tl::unexpected(io_error("cannot be made (set TMPDIR)"));
  std::remove(path.c_str());
  return ::fdopen(descriptor, "w+b");
}

}  // namespace

// One sorted run on disk, read back entry by entry.
struct Sorter::Run {
  explicit Run(std::FILE* opened) : file(opened) {}
  ~Run() { std::fclose(file); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  Result<void> write(const Entry& entry) {
    const std::uint32_t sizes[2] = {static_cast<std::uint32_t>(entry.key.size()),
                                    static_cast<std::uint32_t>(entry.payload.size())};
    const bool written =
        std::fwrite(sizes, kHeader, 1, file) == 1 &&
        std::fwrite(entry.key.data(), 1, entry.key.size(), file) == entry.key.size() &&
        std::fwrite(entry.payload.data(), 1, entry.payload.size(), file) == entry.payload.size();
    if (!written) return tl::unexpected(io_error("cannot be written"));
    return {};
  }

  // Reads the next entry into `current`; false at the end.
  Result<bool> next() {
    std::uint32_t sizes[2];
    if (std::fread(sizes, kHeader, 1, file) != 1) {
      if (std::ferror(file) != 0) return tl::unexpected(io_error("cannot be read"));
      return false;
    }
    bytes.resize(std::size_t{sizes[0]} + sizes[1]);
    if (std::fread(bytes.data(), 1, bytes.size(), file) != bytes.size()) {
      return tl::unexpected(io_error("cannot be read"));
    }
    current = {std::string_view(bytes).substr(0, sizes[0]),
               std::string_view(bytes).substr(sizes[0])};
    return true;
  }

  std::FILE* file;
  std::string bytes;
  Entry current;
};

Sorter::Sorter(std::size_t memory_bytes) : memory_bytes_(memory_bytes) {}
Sorter::Sorter(Sorter&&) noexcept = default;
Sorter& Sorter::operator=(Sorter&&) noexcept = default;
Sorter::~Sorter() = default;

Result<void> Sorter::add(std::string_view key, std::string_view payload) {
  const std::size_t needed = kHeader + key.size() + payload.size();
  if (!order_.empty() &&
      arena_.size() + needed + order_.size() * sizeof(order_[0]) > memory_bytes_) {
    TW_TRY(spill());
  }
  const std::uint32_t sizes[2] = {static_cast<std::uint32_t>(key.size()),
                                  static_cast<std::uint32_t>(payload.size())};
  order_.push_back(arena_.size());
  arena_.append(reinterpret_cast<const char*>(sizes), kHeader);
  arena_.append(key).append(payload);
  ++count_;
  return {};
}

void Sorter::sort_memory() {
  std::sort(order_.begin(), order_.end(), [this](std::uint64_t left, std::uint64_t right) {
    return entry_at(arena_, left) < entry_at(arena_, right);
  });
}

Result<void> Sorter::spill() {
  sort_memory();
  auto run = std::make_unique<Run>(TW_TRY(open_unnamed()));
  for (const std::uint64_t offset : order_) TW_TRY(run->write(entry_at(arena_, offset)));
  runs_.push_back(std::move(run));
  arena_.clear();
  order_.clear();
  return {};
}

Result<void> Sorter::take(Sorter&& other) {
  for (auto& run : other.runs_) runs_.push_back(std::move(run));
  count_ += other.count_ - other.order_.size();
  arena_.reserve(std::min(arena_.size() + other.arena_.size(), memory_bytes_));
  for (const std::uint64_t offset : other.order_) {
    const Entry entry = entry_at(other.arena_, offset);
    TW_TRY(add(entry.key, entry.payload));
  }
  other = Sorter(other.memory_bytes_);
  return {};
}

Result<void> Sorter::for_each(const Visit& visit) {
  sort_memory();
  if (runs_.empty()) {
    for (const std::uint64_t offset : order_) {
      const Entry entry = entry_at(arena_, offset);
      visit(entry.key, entry.payload);
    }
    return {};
  }
  if (!order_.empty()) TW_TRY(spill());
  const auto later = [](const Run* left, const Run* right) {
    return right->current < left->current;
  };
  std::priority_queue<Run*, std::vector<Run*>, decltype(later)> heads(later);
  for (const auto& run : runs_) {
    std::rewind(run->file);
    if (TW_TRY(run->next())) heads.push(run.get());
  }
  while (!heads.empty()) {
    Run* const run = heads.top();
    heads.pop();
    visit(run->current.key, run->current.payload);
    if (TW_TRY(run->next())) heads.push(run);
  }
  return {};
}

}  // namespace trailwarden::scan
