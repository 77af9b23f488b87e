#include "cli/resume.h"

#include <cstdio>
#include <string>
#include <utility>

#include "base/hash.h"
#include "rulepack/rulepack.h"

namespace trailwarden::cli {
namespace {

// Of everything that decides what a record is judged to be.
std::string hash_of(const engine::Content& content) {
  std::uint64_t hash = hash64(content.pattern.value_or(""), content.pattern ? 1 : 0);
  hash = hash64(content.builtin ? rulepack::pack_hash() : "", hash);
  for (const auto* texts : {&content.rules, &content.suppressions}) {
    hash = hash64(std::to_string(texts->size()), hash);
    for (const engine::RuleText& text : *texts) hash = hash64(text.yaml, hash);
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

std::string joined(const std::vector<std::string>& inputs) {
  std::string text;
  for (const std::string& input : inputs) text += (text.empty() ? "" : " ") + input;
  return text;
}

}  // namespace

Result<std::unique_ptr<scan::Checkpoint>> open_checkpoint(const Request& request,
                                                          const engine::Content& content,
                                                          scan::ScanOptions& options) {
  if (!request.has("checkpoint")) return nullptr;
  scan::CheckpointTerms terms;
  terms.since = options.since;
  terms.until = options.until;
  terms.same = {
      {"trailwarden", TW_VERSION},
      {"inputs", joined(request.inputs)},
      {"rules, suppressions and pattern", hash_of(content)},
      {"--since", request.text("since", "(none)")},
      {"--until", request.text("until", "(none)")},
      {"--all", options.lines == scan::Lines::All ? "given" : "(none)"},
      {"whole records", options.keep_raw ? "kept" : "(none)"},
  };
  auto checkpoint = TW_TRY(scan::Checkpoint::open(request.text("checkpoint"), std::move(terms)));
  options.since = checkpoint->terms().since;
  options.until = checkpoint->terms().until;
  options.checkpoint = checkpoint.get();
  return checkpoint;
}

}  // namespace trailwarden::cli
