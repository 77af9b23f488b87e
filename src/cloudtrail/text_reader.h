// Finds the records of one text: of a file, or of a string in which a wrapper carries JSON.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cloudtrail/container.h"
#include "cloudtrail/limits.h"
#include "cloudtrail/reader.h"
#include "cloudtrail/window.h"
#include "json/structural_index.h"
#include "json/walker.h"

namespace trailwarden::cloudtrail {

// The buffers of one nesting level, kept from text to text.
struct Level {
  Window window;
  json::StructuralIndex index;
  std::string unescaped;  // The text of the level below when that had escapes.
};

// What all texts of one slice share.
struct ReadContext {
  const json::Projection& projection;
  std::optional<json::Projection>& folded;  // Of `projection`, once a record needs it.
  const RecordShape& shape;
  json::Projected& found;
  std::array<Level, kNestingMax + 1>& levels;
  RecordVisitor& visitor;
  const std::stop_token& stop;
  std::string_view path;
  std::size_t window_bytes;
  std::uint64_t resync_left = kResyncBytesMax;
};

// One text. The level's window was opened on it.
//
// Reading keeps a cursor (token_) in an index of the window's front. When the cursor meets the end
// of the window, the window moves so that it begins at the object in question; an object that does
// not fit makes it grow, up to kRecordBytesMax. Lists are entered, not walked: a file of one
// {"Records":[…]} of any size is read in windows.
//
// Its parts: text_reader.cpp (the window, documents), text_lines.cpp, text_values.cpp and
// text_damage.cpp.
class TextReader {
 public:
  // `depth` counts wrappers around this text; `origin` is where the outermost one stands.
  TextReader(ReadContext& context, std::uint32_t depth, std::uint64_t origin);

  // Layout::Documents. `after_damage`: the text's beginning is missing, so that brackets may close
  // which never opened.
  struct DocumentOptions {
    bool after_damage = false;
  };
  void read_documents(DocumentOptions options);

  // Layout::Lines: those that begin in front of `end`.
  void read_lines(std::uint64_t end);

 private:
  enum class Open : std::uint8_t { Array, Object };

  // --- the window ---
  std::string_view text() const { return level_.index.text(); }
  std::span<const std::uint32_t> tokens() const { return level_.index.tokens(); }
  char byte_at(std::uint32_t token) const { return text()[tokens()[token]]; }
  void index_from(std::size_t drop, std::size_t bytes);
  bool lengthen(std::size_t begin, std::size_t bytes_min);
  bool lengthen_index(std::size_t begin, std::size_t bytes_min);
  std::uint64_t offset_of(std::size_t in_text) const;

  // --- documents ---
  bool next_window();
  void step();
  void open(Open what);
  void close(Open what);
  void member();
  void object();
  bool enter_first_list();
  bool enter_list(std::uint32_t list);
  void scalar();

  // --- lines ---
  bool next_line_window();
  bool take_line(std::size_t begin, std::size_t newline);
  void leave_line(std::size_t newline);
  void skip_long_line();
  void note_line_begin(std::size_t in_text);

  // --- values ---
  std::optional<Shape> shape_at(std::uint32_t token, std::size_t begin);
  bool take(std::uint32_t token, const json::WalkResult& walked);
  bool take_contents(std::uint32_t token, const json::WalkResult& walked);
  void take_detail(std::uint32_t detail, std::uint32_t envelope);
  void take_object(std::uint32_t token);
  void take_text(std::uint32_t token);
  void emit(std::uint32_t token, std::uint32_t envelope, std::size_t end);
  void unwrap(std::string_view padded, std::size_t in_text);

  // --- damage ---
  void report(ProblemKind kind, std::size_t in_text, std::string cause);
  std::string fault_cause() const;
  std::string cause_of(const json::WalkResult& walked) const;
  void damaged(std::size_t in_text, std::string cause);
  void resync(std::size_t from);
  bool try_beginning();

  ReadContext& context_;
  Level& level_;
  std::uint32_t depth_;
  std::uint64_t origin_;
  std::uint32_t token_ = 0;
  bool ends_ = false;      // Nothing follows text().
  bool finished_ = false;  // Nothing more is to be read.
  bool lines_ = false;
  bool after_damage_ = false;
  std::uint64_t line_begin_ = 0;  // Lines: of the line under the cursor.
  std::vector<Open> open_;        // Lists and the objects around them that have been entered.
};

}  // namespace trailwarden::cloudtrail
