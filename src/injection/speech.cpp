#include "injection/speech.h"

#include <utility>
#include <vector>

#include "base/ascii.h"
#include "injection/encoded_text.h"
#include "injection/escapes.h"
#include "injection/fold.h"
#include "injection/lexicon.h"

namespace trailwarden::injection {
namespace {

// A wrapping inside a wrapping inside a wrapping.
constexpr int kLayersMax = 3;
constexpr std::size_t kShownBytes = 300;
// Shorter runs hold less than "mark as safe".
constexpr std::size_t kBase64Min = 16;
constexpr std::size_t kHexMin = 24;

std::optional<Phrase> find_spelt(std::string_view text, Spelling spelling, Words& words) {
  words = fold(text, spelling);
  return find_phrase(read(words));
}

std::optional<Phrase> find_in_words(std::string_view text) {
  Words words;
  for (const char one_is : {'\0', 'i', 'l'}) {
    for (const bool humps : {true, false}) {
      if (auto phrase = find_spelt(text, {humps, one_is}, words)) return phrase;
      if (!words.has_tiny_humps) break;
    }
    if (!words.has_digits_in_words) break;
  }
  return std::nullopt;
}

std::string shortened(std::string_view text) {
  if (text.size() <= kShownBytes) return std::string(text);
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

bool is_hex(char c) { return hex_value(c) >= 0; }
bool is_base64(char c) {
  return is_hex(c) || (ascii_lower(c) >= 'g' && ascii_lower(c) <= 'z') || c == '+' || c == '/' ||
         c == '-' || c == '_';
}

// Calls take(run) for every run of such characters that is long enough.
template <class Is, class Take>
void for_each_run(std::string_view text, std::size_t size_min, Is is, Take take) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is(text[end])) ++end;
    if (end - at >= size_min) take(text.substr(at, end - at));
    at = end + 1;
  }
}

class Search {
 public:
  explicit Search(Budget& budget) : budget_(budget) {}

  std::optional<Speech> run(std::string_view text, const std::string& form, int layers) {
    auto phrase = find_mark(text);
    if (!phrase) phrase = find_in_words(text);
    if (phrase) {
      return Speech{phrase->aim, form.empty() ? "plain" : form,
                    shortened(text.substr(phrase->begin))};
    }
    if (layers == 0) return std::nullopt;
    return run_hidden(text, form, layers - 1);
  }

 private:
  std::optional<Speech> run_hidden(std::string_view text, const std::string& form, int layers) {
    const auto inside = [&](const char* name) { return form.empty() ? name : form + ", " + name; };
    const std::string resolved = resolve_escapes(text);
    if (resolved != text) {
      if (auto speech = run_made(resolved, inside("escaped"), layers)) return speech;
    }
    std::vector<std::string> texts;
    for_each_run(text, kBase64Min, is_base64,
                 [&](std::string_view run) { append_base64_texts(run, texts); });
    for (const std::string& made : texts) {
      if (auto speech = run_made(made, inside("base64"), layers)) return speech;
    }
    texts.clear();
    for_each_run(text, kHexMin, is_hex,
                 [&](std::string_view run) { append_hex_texts(run, texts); });
    for (const std::string& made : texts) {
      if (auto speech = run_made(made, inside("hex"), layers)) return speech;
    }
    return std::nullopt;
  }

  std::optional<Speech> run_made(const std::string& text, const std::string& form, int layers) {
    if (text.size() > budget_.bytes) return std::nullopt;
    budget_.bytes -= text.size();
    return run(text, form, layers);
  }

  Budget& budget_;
};

}  // namespace

std::optional<Speech> find_speech(std::string_view text, Budget& budget) {
  return Search(budget).run(text, {}, kLayersMax);
}

}  // namespace trailwarden::injection
