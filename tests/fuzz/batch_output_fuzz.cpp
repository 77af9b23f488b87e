// Whatever a batch job wrote: a line is a record with an id, or none; what lines there are does not
// depend on the pieces in which they come.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "inference/batch_output.h"
#include "inference/jsonl.h"

using namespace trailwarden;

namespace {

void check(bool is_right) {
  if (!is_right) __builtin_trap();
}

void check_record(const Result<inference::BatchRecord>& record) {
  if (!record) return check(!record.error().message.empty());
  check(!record->id.empty());
  if (!record->reply) check(!model::to_string(record->reply.error()).empty());
}

std::vector<std::string> lines(std::string_view text, std::size_t piece) {
  std::vector<std::string> result;
  inference::LineSplitter splitter(100);
  const auto keep = [&](std::string_view line) -> Result<void> {
    check(!line.empty() && line.size() <= 100);
    result.emplace_back(line);
    return {};
  };
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    check(splitter.feed(text.substr(0, piece), keep).has_value());
  }
  check(splitter.finish(keep).has_value());
  result.push_back(std::to_string(splitter.too_long()));
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_record(inference::read_bedrock_record(text, model::BedrockCall::InvokeModel));
  check_record(inference::read_bedrock_record(text, model::BedrockCall::Converse));
  check_record(inference::read_anthropic_record(text));
  (void)inference::read_manifest(text);
  check(lines(text, 1) == lines(text, 7) && lines(text, 7) == lines(text, size + 1));
  return 0;
}
