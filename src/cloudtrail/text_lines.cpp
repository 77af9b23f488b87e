// TextReader on NDJSON: a line is a record.
#include <algorithm>
#include <string>

#include "cloudtrail/text_reader.h"

namespace trailwarden::cloudtrail {

using json::WalkResult;
using json::WalkStatus;

void TextReader::read_lines(std::uint64_t end) {
  lines_ = true;
  line_begin_ = level_.window.offset();
  index_from(0, context_.window_bytes);
  while (!finished_) {
    const bool faulty = level_.index.fault() != json::IndexFault::None;
    if (token_ == tokens().size() && !faulty) {
      if (!next_line_window()) return;
      continue;
    }
    const std::size_t begin =
        token_ < tokens().size() ? tokens()[token_] : level_.index.fault_offset();
    note_line_begin(begin);
    if (line_begin_ >= end) return;
    std::size_t newline = text().find('\n', begin);
    if (newline == std::string_view::npos) {
      if (lengthen(begin, context_.window_bytes)) continue;
      if (!ends_) {
        skip_long_line();
        continue;
      }
      newline = text().size();
    }
    if (!take_line(begin, newline)) leave_line(newline);
  }
}

// Behind the last token of the window, in white space.
bool TextReader::next_line_window() {
  if (ends_) return false;
  note_line_begin(text().size());
  index_from(text().size(), context_.window_bytes);
  return true;
}

// Remembers where the line begins that holds byte `in_text`.
void TextReader::note_line_begin(std::size_t in_text) {
  const std::size_t newline = text().substr(0, in_text).rfind('\n');
  if (newline != std::string_view::npos) line_begin_ = level_.window.offset() + newline + 1;
}

// The line whose first token is at `begin`. True: the cursor is behind the line.
bool TextReader::take_line(std::size_t begin, std::size_t newline) {
  if (token_ >= tokens().size() || byte_at(token_) != '{') {
    report(ProblemKind::Damaged, begin,
           token_ < tokens().size() ? "a line that is no object" : fault_cause());
    return false;
  }
  context_.found.clear(context_.projection.field_count());
  const WalkResult walked =
      json::project(level_.index, token_, context_.projection, context_.found);
  if (walked.status != WalkStatus::Complete || walked.offset > newline) {
    // Whether the line's last token is at fault shows only in what follows: it counts as cut.
    const std::uint32_t behind = walked.next_token + 1;
    const bool last = behind >= tokens().size() || tokens()[behind] > newline;
    const bool cut = walked.status != WalkStatus::Malformed || last;
    const bool faulty = walked.status == WalkStatus::Incomplete &&
                        level_.index.fault_offset() <= newline &&
                        level_.index.fault() != json::IndexFault::None;
    report(ProblemKind::Damaged, begin,
           faulty ? fault_cause()
           : cut  ? "the line ends before its object does"
                  : walked.problem);
    return false;
  }
  if (walked.offset - begin > kRecordBytesMax) {
    report(ProblemKind::TooLarge, begin,
           "a line of more than " + std::to_string(kRecordBytesMax / kMebibyte) + " MiB");
    return false;
  }
  take(token_, walked);
  token_ = walked.next_token;
  const auto goes_on = [&] { return token_ < tokens().size() && tokens()[token_] < newline; };
  if (goes_on() && byte_at(token_) == ',') ++token_;  // Lines cut out of an array.
  if (goes_on()) {
    report(ProblemKind::Damaged, tokens()[token_], "text behind the line's object");
    return false;
  }
  return token_ < tokens().size();
}

// Moves the cursor behind the line break at `newline`.
void TextReader::leave_line(std::size_t newline) {
  if (level_.index.fault() != json::IndexFault::None && level_.index.fault_offset() <= newline) {
    note_line_begin(newline);
    const std::size_t drop = std::min(newline + 1, text().size());
    index_from(drop, context_.window_bytes);
    line_begin_ = level_.window.offset();
    return;
  }
  while (token_ < tokens().size() && tokens()[token_] < newline) ++token_;
}

void TextReader::skip_long_line() {
  report(ProblemKind::TooLarge, 0,
         "a line of more than " + std::to_string(kRecordBytesMax / kMebibyte) + " MiB");
  level_.window.skip_line(context_.window_bytes);
  line_begin_ = level_.window.offset();
  index_from(0, context_.window_bytes);
}

}  // namespace trailwarden::cloudtrail
