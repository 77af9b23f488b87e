#include "injection/lexicon.h"

#include <algorithm>
#include <string>

#include "base/code_point.h"
#include "injection/lexicon_tables.h"
#include "injection/skeleton.h"

namespace trailwarden::injection {
namespace {

constexpr std::size_t kPrefixMin = 2;
// A longer rest behind a prefix is no ending but other words that cling to it.
constexpr std::size_t kEndingMax = 8;
// From so many characters on, a word that we do not know is looked at for words in it.
constexpr std::size_t kGluedMin = 12;
constexpr std::size_t kCoveredPercent = 65;

// The longest term that begins with a word: its meanings and how many words it has. Nothing (0
// words) where no term does.
struct Found {
  Meanings meanings = 0;
  std::size_t words = 0;
};

void add_prefixes(std::string_view word, Found& found) {
  const LexiconTables& tables = lexicon_tables();
  if (word.size() < 2 || (tables.by_pair[pair_of(word)] & kBeginsPrefix) == 0) return;
  const std::size_t size_min =
      std::max(kPrefixMin, word.size() - std::min(word.size(), kEndingMax));
  for (std::size_t size = size_min; size <= word.size(); ++size) {
    const auto* prefix = tables.prefixes.find(word.substr(0, size));
    if (prefix == nullptr) continue;
    found.meanings |= *prefix;
    found.words = 1;
  }
}

Found find_at(const std::vector<Words::Word>& words, std::size_t at) {
  const LexiconTables& tables = lexicon_tables();
  Found found;
  const std::string& first = words[at].text;
  if (first.size() > kTermBytesMax) return found;
  const auto* known = tables.first_words.find(first);
  const std::size_t count_max = known == nullptr ? 0 : *known;
  std::string joined;
  for (std::size_t count = 1; count <= count_max && at + count <= words.size(); ++count) {
    joined += (count == 1 ? "" : " ") + words[at + count - 1].text;
    const auto* exact = tables.exact.find(joined);
    if (exact != nullptr) found = {*exact, count};
  }
  if (found.words <= 1) add_prefixes(first, found);
  return found;
}

// The longest term that a text begins with, as if nothing separated words: its bytes.
struct Piece {
  Meanings meanings = 0;
  std::size_t bytes = 0;
};

Piece first_piece(std::string_view text) {
  if (text.size() < 2) return {};
  const LexiconTables& tables = lexicon_tables();
  const std::size_t longest = tables.by_pair[pair_of(text)] & ~kBeginsPrefix;
  for (std::size_t size = std::min(text.size(), longest); size >= 2; --size) {
    const auto* glued = tables.glued.find(text.substr(0, size));
    if (glued != nullptr) return {*glued, size};
  }
  return {};
}

std::size_t character_bytes(std::string_view text) {
  return std::max<std::size_t>(first_code_point(text).bytes, 1);
}

bool is_glued(std::string_view word) {
  return word.size() >= kGluedMin || is_unspaced(first_code_point(word).value);
}

// Takes a word apart; what no term covers is one token without meaning, however long. A word of
// which much is not covered is no words that cling together but a key or a token.
void read_glued(const Words::Word& word, std::vector<Token>& tokens) {
  const std::size_t before = tokens.size();
  std::string_view rest = word.text;
  std::size_t covered = 0;
  bool in_unknown = false;
  while (!rest.empty()) {
    const Piece piece = first_piece(rest);
    if (piece.bytes != 0 || !in_unknown) tokens.push_back({piece.meanings, word.begin, word.end});
    in_unknown = piece.bytes == 0;
    covered += piece.bytes;
    rest.remove_prefix(piece.bytes != 0 ? piece.bytes : character_bytes(rest));
  }
  const bool unspaced = is_unspaced(first_code_point(word.text).value);
  if (unspaced || covered * 100 >= word.text.size() * kCoveredPercent) return;
  tokens.resize(before);
  tokens.push_back({0, word.begin, word.end});
}

}  // namespace

std::vector<Token> read(const Words& words) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < words.words.size();) {
    const Found found = find_at(words.words, at);
    const Words::Word& word = words.words[at];
    if (found.words != 0) {
      tokens.push_back({found.meanings, word.begin, words.words[at + found.words - 1].end});
    } else if (is_glued(word.text)) {
      read_glued(word, tokens);
    } else {
      tokens.push_back({0, word.begin, word.end});
    }
    at += std::max<std::size_t>(found.words, 1);
  }
  return tokens;
}

}  // namespace trailwarden::injection
