// What reading logs must cost at least: the floors that `scan` is measured against.
//
//   floor MODE FOLDER THREADS
//
// MODE: read            the files' bytes, nothing else
//       inflate         and gzip undone (libdeflate); plain files pass
//       parse-simdjson  and every record parsed to simdjson's document tree
//       parse-own-index and the tokens of our own structural index found
//
// Files go to threads in the order of their names, each thread keeps its buffers, as in `scan`.
// Prints one line of JSON: files, bytes read, bytes of text, records (simdjson counts them).
#include <libdeflate.h>
#include <simdjson.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "json/structural_index.h"

namespace {

namespace json = trailwarden::json;

constexpr std::size_t kWindowBytes = 256 * 1024;  // Of plain text at once, as in `scan`.
constexpr std::size_t kPadding = std::max<std::size_t>(json::kPadding, simdjson::SIMDJSON_PADDING);

enum class Mode : std::uint8_t { Read, Inflate, Simdjson, OwnIndex };

struct Totals {
  std::size_t files = 0;
  std::size_t bytes = 0;
  std::size_t text_bytes = 0;
  std::size_t records = 0;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "floor: %s\n", what.c_str());
  std::exit(1);
}

class Worker {
 public:
  explicit Worker(Mode mode) : mode_(mode) {}

  void run(const std::filesystem::path& path) {
    ++totals_.files;
    std::ifstream file(path, std::ios::binary);
    if (path.extension() == ".gz") {
      packed_.resize(std::filesystem::file_size(path));
      file.read(packed_.data(), static_cast<std::streamsize>(packed_.size()));
      totals_.bytes += packed_.size();
      if (mode_ != Mode::Read) document(inflate(path));
      return;
    }
    lines(file);
  }

  const Totals& totals() const { return totals_; }

 private:
  std::string_view inflate(const std::filesystem::path& path) {
    std::size_t size = 0;
    if (text_.empty()) text_.resize(1 << 20);
    for (;;) {
      const libdeflate_result result =
          libdeflate_gzip_decompress(inflater_.get(), packed_.data(), packed_.size(), text_.data(),
                                     text_.size() - kPadding, &size);
      if (result == LIBDEFLATE_SUCCESS) return {text_.data(), size};
      if (result != LIBDEFLATE_INSUFFICIENT_SPACE) fail("cannot inflate " + path.string());
      text_.resize(text_.size() * 2);
    }
  }

  // One {"Records":[...]}.
  void document(std::string_view text) {
    totals_.text_bytes += text.size();
    if (mode_ == Mode::OwnIndex) index_.build(text);
    if (mode_ != Mode::Simdjson) return;
    const simdjson::dom::element whole = parser_.parse(text.data(), text.size(), false);
    totals_.records += whole["Records"].get_array().size();
  }

  // NDJSON, window by window; what is left of a line is carried into the next window.
  void lines(std::ifstream& file) {
    text_.resize(std::max(text_.size(), 2 * kWindowBytes + kPadding));
    std::size_t held = 0;
    while (file) {
      file.read(text_.data() + held, static_cast<std::streamsize>(kWindowBytes));
      const auto got = static_cast<std::size_t>(file.gcount());
      totals_.bytes += got;
      const std::string_view window(text_.data(), held + got);
      const std::size_t end = window.rfind('\n') + 1;
      whole_lines(window.substr(0, end));
      held = window.size() - end;
      std::copy(window.begin() + static_cast<std::ptrdiff_t>(end), window.end(), text_.begin());
    }
  }

  void whole_lines(std::string_view text) {
    totals_.text_bytes += text.size();
    if (mode_ == Mode::OwnIndex) index_.build(text);
    if (mode_ != Mode::Simdjson || text.empty()) return;
    for (const auto record : parser_.parse_many(text.data(), text.size(), text.size())) {
      if (record.error() != simdjson::SUCCESS) fail("a line that is not JSON");
      ++totals_.records;
    }
  }

  struct FreeInflater {
    void operator()(libdeflate_decompressor* it) const { libdeflate_free_decompressor(it); }
  };

  Mode mode_;
  std::unique_ptr<libdeflate_decompressor, FreeInflater> inflater_{libdeflate_alloc_decompressor()};
  std::vector<char> packed_;
  std::vector<char> text_;
  simdjson::dom::parser parser_;
  json::StructuralIndex index_;
  Totals totals_;
};

Mode mode_named(std::string_view name) {
  if (name == "read") return Mode::Read;
  if (name == "inflate") return Mode::Inflate;
  if (name == "parse-simdjson") return Mode::Simdjson;
  if (name == "parse-own-index") return Mode::OwnIndex;
  fail("unknown mode " + std::string(name));
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) fail("usage: floor MODE FOLDER THREADS");
  const Mode mode = mode_named(argv[1]);
  const std::vector<std::filesystem::path> files = files_below(argv[2]);
  std::atomic<std::size_t> next = 0;
  std::vector<std::unique_ptr<Worker>> workers;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < std::atoi(argv[3]); ++i) {
      Worker& worker = *workers.emplace_back(std::make_unique<Worker>(mode));
      threads.emplace_back([&files, &next, &worker] {
        for (std::size_t at = next++; at < files.size(); at = next++) worker.run(files[at]);
      });
    }
  }
  Totals sum;
  for (const auto& worker : workers) {
    sum.files += worker->totals().files;
    sum.bytes += worker->totals().bytes;
    sum.text_bytes += worker->totals().text_bytes;
    sum.records += worker->totals().records;
  }
  std::printf("{\"files\":%zu,\"bytes\":%zu,\"text_bytes\":%zu,\"records\":%zu}\n", sum.files,
              sum.bytes, sum.text_bytes, sum.records);
}
