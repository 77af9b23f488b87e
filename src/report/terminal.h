// Text for a terminal: hostile text made harmless, columns counted, colours only where wanted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trailwarden::report {

// `text` with everything that could move the cursor, recolour, hide or reorder made visible:
// C0 and C1 controls, DEL, bidirectional and zero-width characters, and bytes that are not UTF-8
// become \x1b or \u{202e}. One line in, one line out.
std::string printable(std::string_view text);

// Columns that `text` (printable) takes on a terminal: 1 a code point, 2 for East Asian wide ones
// and emoji.
std::size_t columns(std::string_view text);

// `text` cut to `limit` columns, with "…" in its last one when something was cut.
std::string shorten(std::string_view text, std::size_t limit);
// The same, cut in the middle: the ends of ARNs tell them apart.
std::string shorten_middle(std::string_view text, std::size_t limit);

// Padded with spaces to `width` columns.
std::string pad_right(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);

// Broken at spaces into lines of at most `width` columns; longer words are broken anywhere.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

// Bars ▁▂▃▄▅▆▇█ for `values`, one column each, the highest a full block, 0 a space.
std::string sparkline(const std::vector<std::uint64_t>& values);

enum class Ink : std::uint8_t { Plain, Bold, Dim, Red, Yellow, Green };

// Paints text with ANSI colours, or leaves it as it is.
class Paint {
 public:
  explicit Paint(bool colours) : colours_(colours) {}
  std::string operator()(Ink ink, std::string_view text) const;

 private:
  bool colours_;
};

}  // namespace trailwarden::report
