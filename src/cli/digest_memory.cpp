#include "cli/digest_memory.h"

#include <filesystem>

#include "base/hash.h"

namespace trailwarden::cli {
namespace {

// Of the row that holds the facts.
std::string name_of(const Request& request) {
  std::string inputs;
  for (const std::string& input : request.inputs) inputs += input + '\n';
  return "digest:" + std::to_string(hash64(inputs));
}

}  // namespace

Result<DigestMemory> DigestMemory::open(const Request& request) {
  DigestMemory memory;
  if (!request.has("store")) return memory;
  const std::string path = request.text("store");
  // A watch that runs owns the file.
  const bool is_there = std::filesystem::exists(path);
  memory.store_ = TW_TRY(store::Store::open(path, {.visiting = is_there}));
  memory.name_ = name_of(request);
  const auto kept = TW_TRY(memory.store_->checkpoint(memory.name_));
  if (kept) memory.before_ = TW_TRY(digest::facts_from_json(*kept));
  return memory;
}

Result<void> DigestMemory::keep(const digest::Facts& facts) const {
  if (store_ == nullptr) return {};
  return store_->write(
      [&](store::Writer& to) { return to.set_checkpoint(name_, digest::to_json(facts)); });
}

}  // namespace trailwarden::cli
