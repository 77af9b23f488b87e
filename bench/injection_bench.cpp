// What looking for instructions to a language model costs a record, by kernel; records are lines of
// JSON.
//
//   build/bench/bin/injection_bench .cache/bench/1000000-5a62e7c8/ndjson/…/….ndjson
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "injection/detector.h"
#include "injection/trigger_scan.h"
#include "json/structural_index.h"

namespace {

using namespace trailwarden;

constexpr std::size_t kBytesMax = std::size_t{16} << 20;
constexpr int kRounds = 20;

template <class Each>
double nanoseconds_a_line(const std::vector<std::string_view>& lines, Each each) {
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string_view line : lines) each(line);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count() / static_cast<double>(lines.size()));
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: injection_bench FILE.ndjson\n"), 2;
  std::ifstream file(argv[1]);
  std::string text;
  for (std::string line; text.size() < kBytesMax && std::getline(file, line);) text += line + "\n";
  const std::size_t size = text.size();
  text.append(json::kPadding, '\0');

  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < size;) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(std::string_view(text).substr(at, end - at));
    at = end + 1;
  }
  std::printf("%zu records of %zu bytes on average\n", lines.size(), size / lines.size());

  for (const std::string_view kernel : injection::trigger_kernels()) {
    std::size_t may_speak = 0;
    const double took = nanoseconds_a_line(lines, [&](std::string_view line) {
      may_speak += injection::may_speak_with(kernel, line) ? 1 : 0;
    });
    std::printf(
        "%-10s %6.1f ns a record, %.2f %% looked at closely\n", std::string(kernel).c_str(), took,
        100.0 * static_cast<double>(may_speak) / kRounds / static_cast<double>(lines.size()));
  }

  json::StructuralIndex index;
  index.build(std::string_view(text).substr(0, size));
  std::size_t found = 0;
  const double all = nanoseconds_a_line(lines, [&](std::string_view line) {
    const auto offset = static_cast<std::uint32_t>(line.data() - text.data());
    found += injection::find_instructions(index, index.token_from(offset), line).size();
  });
  std::printf("%-10s %6.1f ns a record, look-up of the token included; %zu found\n", "all of it",
              all, found / kRounds);
  return 0;
}
