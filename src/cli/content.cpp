#include "cli/content.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "rulepack/rulepack.h"

namespace trailwarden::cli {

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  if (file) text << file.rdbuf();
  if (!file || std::filesystem::is_directory(path)) {
    return fail(ErrorCode::Io, "cannot be read: " + std::generic_category().message(errno), path);
  }
  return text.str();
}

Result<std::vector<engine::RuleText>> read_rules(const std::string& path) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  std::error_code error;
  if (fs::is_directory(path, error)) {
    for (fs::recursive_directory_iterator entry(path, error), end; entry != end && !error;
         entry.increment(error)) {
      const std::string extension = entry->path().extension();
      if (extension == ".yml" || extension == ".yaml") files.push_back(entry->path());
    }
    if (error) return fail(ErrorCode::Io, "cannot be read: " + error.message(), path);
    if (files.empty()) return fail(ErrorCode::Io, "holds no .yml or .yaml file", path);
    std::sort(files.begin(), files.end());
  } else {
    files.push_back(path);
  }
  std::vector<engine::RuleText> texts;
  texts.reserve(files.size());
  for (const std::string& file : files) {
    std::string yaml = TW_TRY(read_file(file));
    texts.push_back({file, std::move(yaml)});
  }
  return texts;
}

Result<engine::Content> content_of(const Request& request) {
  engine::Content content;
  if (!request.has("no-builtin-rules")) content.builtin = rulepack::load;
  for (const std::string& path : request.all("rules")) {
    for (engine::RuleText& text : TW_TRY(read_rules(path)))
      content.rules.push_back(std::move(text));
  }
  for (const std::string& path : request.all("suppress")) {
    std::string yaml = TW_TRY(read_file(path));
    content.suppressions.push_back({path, std::move(yaml)});
  }
  if (request.has("pattern")) content.pattern = TW_TRY(read_file(request.text("pattern")));
  return content;
}

}  // namespace trailwarden::cli
