#include "injection/skeleton.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/code_point.h"

namespace trailwarden::injection {
namespace {

// Characters in rows that run through the alphabet: `count` of them, from `first` on, are the
// letters from `letter` on. Unicode 15.0, charts "Halfwidth and Fullwidth Forms", "Enclosed
// Alphanumerics (Supplement)", "Tags".
struct Row {
  char32_t first;
  char32_t count;
  char letter;
};
constexpr Row kRows[] = {
    {'A', 26, 'a'},     {0x249C, 26, 'a'},  {0x24B6, 26, 'a'},  {0x24D0, 26, 'a'},
    {0x2460, 9, '1'},   {0xFF10, 10, '0'},  {0xFF21, 26, 'a'},  {0xFF41, 26, 'a'},
    {0x1F110, 26, 'a'}, {0x1F130, 26, 'a'}, {0x1F150, 26, 'a'}, {0x1F170, 26, 'a'},
    {0x1F1E6, 26, 'a'}, {0xE0030, 10, '0'}, {0xE0041, 26, 'a'}, {0xE0061, 26, 'a'},
};

// Accented Latin letters, letter by letter: the blocks Latin-1 Supplement (from U+00C0) and Latin
// Extended-A (to U+017F). '*' is no letter.
constexpr char32_t kAccentedFirst = 0xC0;
constexpr char kAccented[] =
    "aaaaaaaceeeeiiiidnooooo*ouuuuyts"   // U+00C0
    "aaaaaaaceeeeiiiidnooooo*ouuuuyty"   // U+00E0
    "aaaaaaccccccccddddeeeeeeeeeegggg"   // U+0100
    "gggghhhhiiiiiiiiiiiijjkkklllllll"   // U+0120
    "lllnnnnnnnnnoooooooorrrrrrssssss"   // U+0140
    "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs";  // U+0160
static_assert(sizeof kAccented == 0x180 - kAccentedFirst + 1);
// The same of Latin Extended Additional, from U+1E00 to U+1EFF.
constexpr char kMoreAccented[] =
    "aabbbbbbccddddddddddeeeeeeeeeeff"
    "gghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrr"
    "ssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwyassss*"
    "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooo"
    "oooouuuuuuuuuuuuuuyyyyyyyy******";
static_assert(sizeof kMoreAccented == 0x100 + 1);

// Letters of other scripts and signs of phonetics that look like one of Latin. After Unicode's
// confusables.txt (UTS #39); small ones, since capitals are made small before.
struct Alike {
  char32_t character;
  char letter;
};
constexpr Alike kAlike[] = {
    {0x0192, 'f'}, {0x0251, 'a'}, {0x0261, 'g'}, {0x0262, 'g'}, {0x0269, 'i'}, {0x026A, 'i'},
    {0x0274, 'n'}, {0x0280, 'r'}, {0x028B, 'v'}, {0x028F, 'y'}, {0x0299, 'b'}, {0x029C, 'h'},
    {0x029F, 'l'}, {0x03B1, 'a'}, {0x03B2, 'b'}, {0x03B5, 'e'}, {0x03B7, 'n'}, {0x03B9, 'i'},
    {0x03BA, 'k'}, {0x03BC, 'u'}, {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C2, 's'},
    {0x03C3, 'o'}, {0x03C4, 't'}, {0x03C5, 'u'}, {0x03C7, 'x'}, {0x03C9, 'w'}, {0x03F2, 'c'},
    {0x03F3, 'j'}, {0x0430, 'a'}, {0x0432, 'b'}, {0x0433, 'r'}, {0x0435, 'e'}, {0x043A, 'k'},
    {0x043C, 'm'}, {0x043D, 'h'}, {0x043E, 'o'}, {0x043F, 'n'}, {0x0440, 'p'}, {0x0441, 'c'},
    {0x0442, 't'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x0451, 'e'}, {0x0454, 'e'}, {0x0455, 's'},
    {0x0456, 'i'}, {0x0457, 'i'}, {0x0458, 'j'}, {0x0475, 'v'}, {0x04AF, 'y'}, {0x04BB, 'h'},
    {0x04CF, 'l'}, {0x0501, 'd'}, {0x051B, 'q'}, {0x051D, 'w'}, {0x0561, 'w'}, {0x0563, 'q'},
    {0x0566, 'q'}, {0x0570, 'h'}, {0x0578, 'n'}, {0x057D, 'u'}, {0x0581, 'g'}, {0x0582, 'i'},
    {0x0584, 'f'}, {0x0585, 'o'}, {0x1D00, 'a'}, {0x1D04, 'c'}, {0x1D05, 'd'}, {0x1D07, 'e'},
    {0x1D0A, 'j'}, {0x1D0B, 'k'}, {0x1D0D, 'm'}, {0x1D0F, 'o'}, {0x1D18, 'p'}, {0x1D1B, 't'},
    {0x1D1C, 'u'}, {0x1D20, 'v'}, {0x1D21, 'w'}, {0x1D22, 'z'}, {0x2071, 'i'}, {0x207F, 'n'},
    {0x2092, 'o'}, {0x2102, 'c'}, {0x210A, 'g'}, {0x210B, 'h'}, {0x210C, 'h'}, {0x210D, 'h'},
    {0x210E, 'h'}, {0x2110, 'i'}, {0x2111, 'i'}, {0x2112, 'l'}, {0x2113, 'l'}, {0x2115, 'n'},
    {0x2119, 'p'}, {0x211A, 'q'}, {0x211B, 'r'}, {0x211C, 'r'}, {0x211D, 'r'}, {0x2124, 'z'},
    {0x2128, 'z'}, {0x212C, 'b'}, {0x212D, 'c'}, {0x212F, 'e'}, {0x2130, 'e'}, {0x2131, 'f'},
    {0x2133, 'm'}, {0x2134, 'o'}, {0x2139, 'i'}, {0x217C, 'l'}, {0x217D, 'c'}, {0x217E, 'd'},
    {0x217F, 'm'}, {0xA730, 'f'}, {0xA731, 's'},
};
static_assert(std::is_sorted(std::begin(kAlike), std::end(kAlike),
                             [](const Alike& a, const Alike& b) {
                               return a.character < b.character;
                             }));

struct Range {
  char32_t first, last;
};
bool is_in(char32_t c, const Range* first, const Range* last) {
  return std::any_of(first, last,
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

// Marks that stand above, below or through the letter before them, and variation selectors.
constexpr Range kMarks[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
                            {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
// What is neither letter nor digit beyond ASCII: punctuation, symbols, arrows, dingbats, emoji.
constexpr Range kSigns[] = {{0x80, 0xA9},      {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},
                            {0x2000, 0x206F},  {0x20A0, 0x20CF}, {0x2100, 0x214F}, {0x2190, 0x2BFF},
                            {0x3000, 0x3004},  {0x3008, 0x3020}, {0xFE10, 0xFE1F}, {0xFE30, 0xFE6F},
                            {0xFF00, 0xFF0F},  {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65},
                            {0x1F000, 0x1FAFF}};
// Han, Kana, Hangul (whose particles cling to words), Thai, Lao, Khmer, Myanmar.
constexpr Range kUnspaced[] = {{0x0E00, 0x0EFF},  {0x1000, 0x109F}, {0x1780, 0x17FF},
                               {0x2E80, 0x9FFF},  {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
                               {0x20000, 0x323AF}};

std::optional<char32_t> in_row(char32_t c) {
  for (const Row& row : kRows) {
    if (c >= row.first && c < row.first + row.count) {
      return static_cast<char32_t>(row.letter) + (c - row.first);
    }
  }
  // Mathematical alphabets: 13 styles of capitals and small letters, then 5 of digits.
  if (c >= 0x1D400 && c <= 0x1D6A3) return U'a' + (c - 0x1D400) % 26;
  if (c >= 0x1D7CE && c <= 0x1D7FF) return U'0' + (c - 0x1D7CE) % 10;
  return std::nullopt;
}

char32_t small(char32_t c) {
  if (c >= 0x391 && c <= 0x3A9) return c + 0x20;
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c >= 0x531 && c <= 0x556) return c + 0x30;
  if (c == 0x130) return U'i';
  return c;
}

// 0: not in the tables.
char without_accent(char32_t c) {
  if (c >= kAccentedFirst && c < 0x180) return kAccented[c - kAccentedFirst];
  return c >= 0x1E00 && c < 0x1F00 ? kMoreAccented[c - 0x1E00] : '\0';
}

char32_t beyond_ascii(char32_t c) {
  if (c == 0xE0020) return kSeparator;
  if (const auto letter = in_row(c)) return *letter;
  if (c == 0x2019 || c == 0x02BC || c == 0xB4) return kNothing;  // Apostrophes.
  if (c == 0x2028 || c == 0x2029 || c == 0x85) return kSeparator;
  if (is_deceptive(c) || is_in(c, std::begin(kMarks), std::end(kMarks))) return kNothing;
  c = small(c);
  if (const char letter = without_accent(c); letter != '\0') {
    return letter == '*' ? kSeparator : static_cast<char32_t>(letter);
  }
  const auto* alike =
      std::lower_bound(std::begin(kAlike), std::end(kAlike), c,
                       [](const Alike& it, char32_t wanted) { return it.character < wanted; });
  if (alike != std::end(kAlike) && alike->character == c) {
    return static_cast<char32_t>(alike->letter);
  }
  return is_in(c, std::begin(kSigns), std::end(kSigns)) ? kSeparator : c;
}

}  // namespace

char32_t skeleton_of(char32_t c) {
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return c;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 'a';
  if (c == '\'' || c == 0) return kNothing;
  return c < 0x80 ? kSeparator : beyond_ascii(c);
}

bool is_unspaced(char32_t c) { return is_in(c, std::begin(kUnspaced), std::end(kUnspaced)); }

}  // namespace trailwarden::injection
