// The journal of a scan: an outcome of any bytes is read to its end or refused, and what it said is
// said again; a checkpoint file of any bytes is opened or refused, and a second time tells the
// same.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "scan/checkpoint.h"
#include "scan/outcome.h"

namespace {

using trailwarden::scan::Checkpoint;
using trailwarden::scan::CheckpointTerms;

class Rewriter final : public trailwarden::scan::OutcomeVisitor {
 public:
  void on_judged(const trailwarden::scan::JudgedRecord& record) override { writer.add(record); }
  void on_filtered(std::uint64_t records) override { writer.add_filtered(records); }
  void on_problem(const trailwarden::cloudtrail::Problem& problem) override { writer.add(problem); }
  trailwarden::scan::OutcomeWriter writer;
};

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void check_outcome(std::string_view bytes) {
  Rewriter once;
  if (!trailwarden::scan::read_outcome(bytes, once)) return;
  if (!once.writer.is_whole()) return;
  const std::string said = once.writer.take();
  Rewriter twice;
  require(trailwarden::scan::read_outcome(said, twice).has_value());
  require(twice.writer.take() == said);
}

void check_file(std::string_view bytes) {
  static const std::string path = "/tmp/checkpoint-fuzz-" + std::to_string(::getpid());
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  std::fwrite(bytes.data(), 1, bytes.size(), file);
  std::fclose(file);
  const CheckpointTerms terms{.same = {{"rules", "r1"}}, .since = 1, .until = {}};
  std::size_t entries = 0;
  {
    const auto opened = Checkpoint::open(path, terms);
    if (!opened) {
      std::remove(path.c_str());
      return;
    }
    entries = (*opened)->size();
  }
  const auto again = Checkpoint::open(path, terms);
  require(again.has_value() && (*again)->size() == entries);
  std::remove(path.c_str());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_outcome(bytes);
  if (bytes.starts_with("trailwarden")) check_file(bytes);  // Others are refused at once.
  return 0;
}
