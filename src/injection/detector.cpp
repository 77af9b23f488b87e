#include "injection/detector.h"

#include <optional>
#include <utility>

#include "injection/trigger_scan.h"
#include "json/walker.h"

namespace trailwarden::injection {
namespace {

// More would not make the finding clearer.
constexpr std::size_t kInstructionsMax = 4;
// Deeper members are given the path of what holds them.
constexpr std::size_t kPathBytesMax = 200;

// Walks the tokens of one value and looks at its strings.
class RecordSearch {
 public:
  RecordSearch(const json::StructuralIndex& index, std::uint32_t token, std::string_view text)
      : index_(index), token_(token), end_(text.data() + text.size()) {}

  std::vector<Instruction> run() {
    const auto tokens = index_.tokens();
    for (; token_ < tokens.size() && found_.size() < kInstructionsMax; ++token_) {
      const char* at = index_.text().data() + tokens[token_];
      if (at >= end_ || !step(*at)) break;
    }
    if (found_.empty() && parts_ > 1) look_at(together_, together_field_);
    return std::move(found_);
  }

 private:
  struct Container {
    bool is_object;
    std::size_t path_size;  // Of its own path.
  };

  // False: the value ends here.
  bool step(char c) {
    if (c == '{' || c == '[') {
      open_.push_back({c == '{', path_.size()});
    } else if (c == '}' || c == ']') {
      if (!open_.empty()) open_.pop_back();
      return !open_.empty();
    } else if (c == '"') {
      on_string();
    }
    return true;
  }

  void on_string() {
    const auto value = json::scalar_at(index_, token_);
    if (!value) return;
    const bool speaks = may_speak(value->raw);
    if (is_name()) {
      path_.resize(open_.back().path_size);
      if (speaks) look_at(unescaped(*value), path_);
      enter(unescaped(*value));
    } else if (speaks) {
      const std::string text = unescaped(*value);
      look_at(text, path_);
      put_together(text);
    }
  }

  bool is_name() const {
    const auto tokens = index_.tokens();
    return !open_.empty() && open_.back().is_object && token_ + 1 < tokens.size() &&
           index_.text()[tokens[token_ + 1]] == ':';
  }

  static std::string unescaped(const json::Value& value) {
    std::string text;
    if (value.has_escapes) {
      json::unescape(value.raw, text);
    } else {
      text = value.raw;
    }
    return text;
  }

  void enter(std::string_view name) {
    if (path_.size() + name.size() > kPathBytesMax) return;
    if (!path_.empty()) path_ += '.';
    path_ += name;
  }

  void look_at(std::string_view text, const std::string& field) {
    if (auto speech = find_speech(text, budget_)) {
      found_.push_back({field, *std::move(speech)});
    }
  }

  void put_together(std::string_view text) {
    if (parts_++ == 0) {
      together_field_ = path_;
    } else {
      together_ += ' ';
    }
    together_ += text;
  }

  const json::StructuralIndex& index_;
  std::uint32_t token_;
  const char* end_;
  std::vector<Container> open_;
  std::string path_;
  std::string together_;  // All values that could speak.
  std::string together_field_;
  std::size_t parts_ = 0;
  Budget budget_;
  std::vector<Instruction> found_;
};

}  // namespace

std::vector<Instruction> find_instructions(const json::StructuralIndex& index, std::uint32_t token,
                                           std::string_view text) {
  if (!may_speak(text)) return {};
  return RecordSearch(index, token, text).run();
}

}  // namespace trailwarden::injection
