#include "injection/fold.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/code_point.h"
#include "injection/skeleton.h"
#include "injection/utf8_text.h"

namespace trailwarden::injection {
namespace {

// So many letters apart from each other are taken for one word spelt out.
constexpr std::size_t kSpeltOutMin = 4;
// So many humps with fewer than so many letters on average are no words.
constexpr std::size_t kTinyHumpsMin = 6;
constexpr std::size_t kTinyHump = 3;
constexpr int kTinyHumpsSeen = 3;

bool is_capital(char32_t c) { return c >= 'A' && c <= 'Z'; }
bool is_small(char32_t c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_letter(char32_t c) { return is_capital(c) || is_small(c); }
bool is_plain(char32_t c) { return is_capital(c) || is_small(c) || is_digit(c); }

// Digits and signs that stand for letters: the letter, or 0. '1' is for one_is itself.
char letter_for(char32_t c) {
  constexpr std::pair<char, char> kLetters[] = {{'0', 'o'}, {'1', '1'}, {'3', 'e'}, {'4', 'a'},
                                                {'5', 's'}, {'7', 't'}, {'8', 'b'}, {'9', 'g'},
                                                {'@', 'a'}, {'$', 's'}, {'!', 'i'}, {'|', '1'}};
  for (const auto& [sign, letter] : kLetters) {
    if (c == static_cast<char32_t>(sign)) return letter;
  }
  return '\0';
}

class Folder {
 public:
  Folder(std::string_view text, Spelling spelling) : text_(text), spelling_(spelling) {}

  Words run() {
    while (at_ < text_.size()) step();
    end_word();
    result_.has_tiny_humps = has_tiny_humps();
    join_tiny_humps();
    join_spelt_out();
    return std::move(result_);
  }

 private:
  void step() {
    const CodePoint c = first_code_point(text_.substr(at_));
    if (c.bytes == 0) {
      end_word();
      before_ = 0;
      ++at_;
      return;
    }
    const char32_t read_as = as_letter(c.value);
    if (read_as == kSeparator) {
      end_word();
    } else if (read_as != kNothing) {
      take(c, read_as);
    }
    if (read_as != kNothing) before_ = c.value;
    at_ += c.bytes;
  }

  void take(CodePoint c, char32_t read_as) {
    const bool unspaced = is_unspaced(read_as);
    const bool hump = begins_hump(c);
    const bool clings = !word_.text.empty() && hump;
    if (!word_.text.empty() && (unspaced != unspaced_ || hump)) end_word();
    if (word_.text.empty()) {
      word_.begin = static_cast<std::uint32_t>(at_);
      word_.is_hump = clings;
    }
    unspaced_ = unspaced;
    word_.text += to_utf8(read_as);
    word_.end = static_cast<std::uint32_t>(at_ + c.bytes);
  }

  // The skeleton, or the letter that a digit or sign stands for.
  char32_t as_letter(char32_t c) {
    const char32_t plain = skeleton_of(c);
    const char letter = letter_for(c);
    if (letter == '\0' || !stands_in_word(c)) return plain;
    if (!is_digit(c)) result_.has_digits_in_words = true;
    if (spelling_.one_is == '\0') return plain;
    return static_cast<char32_t>(letter == '1' ? spelling_.one_is : letter);
  }

  // A sign is a letter only before another; a digit beside one that is none.
  bool stands_in_word(char32_t c) {
    const char32_t next = at_ + 1 < text_.size() ? static_cast<unsigned char>(text_[at_ + 1]) : 0U;
    if (!is_digit(c)) return is_plain(next) || letter_for(next) != '\0';
    const bool behind = is_plain(before_) || letter_for(before_) != '\0';
    const bool ahead = is_plain(next) || letter_for(next) != '\0';
    // "x86" and "python3" are as they are; digits inside of words make one look again.
    result_.has_digits_in_words |= is_letter(before_) && is_letter(next);
    return behind || ahead;
  }

  // aB, a1B and the last capital of ABCd.
  bool begins_hump(CodePoint c) {
    if (!is_capital(c.value)) return false;
    const std::size_t next = at_ + c.bytes;
    const bool before_small =
        next < text_.size() && is_small(static_cast<unsigned char>(text_[next]));
    const bool hump =
        is_small(before_) || is_digit(before_) || (is_capital(before_) && before_small);
    return hump && spelling_.humps;
  }

  void end_word() {
    if (!word_.text.empty()) result_.words.push_back(std::move(word_));
    word_ = {};
  }

  void join_spelt_out() {
    join_rows([](const std::vector<Words::Word>& words, std::size_t at) {
      std::size_t end = at;
      while (end < words.size() && words[end].text.size() == 1) ++end;
      return end - at >= kSpeltOutMin ? end : at + 1;
    });
  }

  void join_tiny_humps() {
    join_rows([](const std::vector<Words::Word>& words, std::size_t at) {
      std::size_t letters = words[at].text.size();
      std::size_t end = at + 1;
      for (; end < words.size() && words[end].is_hump; ++end) letters += words[end].text.size();
      const std::size_t row = end - at;
      return is_tiny(row, letters) ? end : at + 1;
    });
  }

  static bool is_tiny(std::size_t humps, std::size_t letters) {
    return humps >= kTinyHumpsMin && letters < kTinyHump * humps;
  }

  // "iGnOrE aLl": short rows of tiny humps, which join_tiny_humps() leaves alone.
  bool has_tiny_humps() const {
    const auto is_one = [](const Words::Word& word) {
      return word.is_hump && word.text.size() < kTinyHump;
    };
    return std::count_if(result_.words.begin(), result_.words.end(), is_one) >= kTinyHumpsSeen;
  }

  // Makes one word of the words from `at` up to row_end(words, at), again and again.
  template <class RowEnd>
  void join_rows(RowEnd row_end) {
    std::vector<Words::Word> joined;
    auto& words = result_.words;
    for (std::size_t at = 0; at < words.size();) {
      const std::size_t end = row_end(words, at);
      Words::Word row = std::move(words[at]);
      for (std::size_t i = at + 1; i < end; ++i) {
        row.text += words[i].text;
        row.end = words[i].end;
      }
      joined.push_back(std::move(row));
      at = end;
    }
    words = std::move(joined);
  }

  std::string_view text_;
  Spelling spelling_;
  std::size_t at_ = 0;
  char32_t before_ = 0;  // The character before, if it was seen.
  bool unspaced_ = false;
  Words::Word word_;
  Words result_;
};

}  // namespace

Words fold(std::string_view text, Spelling spelling) { return Folder(text, spelling).run(); }

}  // namespace trailwarden::injection
