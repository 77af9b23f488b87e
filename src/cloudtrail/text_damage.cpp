// TextReader at damage: says what it is, and finds where reading begins again.
#include <algorithm>
#include <string>
#include <utility>

#include "cloudtrail/resync.h"
#include "cloudtrail/text_reader.h"

namespace trailwarden::cloudtrail {

using json::WalkResult;
using json::WalkStatus;

namespace {

// What is indexed to see whether a place behind damage begins a record: most records fit.
constexpr std::size_t kProbeBytes = 4 * kKibibyte;

}  // namespace

void TextReader::report(ProblemKind kind, std::size_t in_text, std::string cause) {
  context_.visitor.on_problem(
      {kind, std::string(context_.path), offset_of(in_text), std::move(cause)});
}

std::string TextReader::fault_cause() const {
  if (level_.index.fault() == json::IndexFault::InvalidUtf8) return "bytes that are not UTF-8";
  const std::size_t at = level_.index.fault_offset();
  const char byte = at < text().size() ? text()[at] : '\0';
  if (byte == '\n' || byte == '\r') return "a line break inside a string";
  return byte == '\0' ? "a NUL byte" : "a control character inside a string";
}

// Why a value was not read to its end.
std::string TextReader::cause_of(const WalkResult& walked) const {
  if (walked.status == WalkStatus::Malformed) return walked.problem;
  const bool faulty = level_.index.fault() != json::IndexFault::None;
  return faulty ? fault_cause() : "the text ends inside an object";
}

void TextReader::damaged(std::size_t in_text, std::string cause) {
  report(ProblemKind::Damaged, in_text, std::move(cause));
  resync(in_text + 1);
}

// Moves to the next object that is a record or holds some; all in front of it is one damage.
void TextReader::resync(std::size_t from) {
  after_damage_ = true;
  Window& window = level_.window;
  index_from(std::min(from, window.text().size()), 0);
  while (!finished_) {
    const std::string_view ahead = window.text();
    const bool any = context_.shape.takes_any_object();
    const std::size_t begin = any ? find_line_of_object(ahead) : find_beginning(ahead, 0);
    const std::size_t known =
        begin != std::string_view::npos
            ? begin
            : ahead.size() - (window.ends() ? 0 : std::min(ahead.size(), kBeginningBytesMax));
    const bool cut =
        begin == std::string_view::npos || (!any && ahead.size() - begin < kBeginningBytesMax);
    if (cut && !window.ends()) {
      index_from(known, 0);
      window.fill(context_.window_bytes + kBeginningBytesMax);
      continue;
    }
    if (begin == std::string_view::npos) return index_from(ahead.size(), context_.window_bytes);
    index_from(begin, kProbeBytes);
    if (try_beginning()) return;
    index_from(1, 0);
  }
}

// Whether the object at the window's front, where one seems to begin, is a record or holds some.
bool TextReader::try_beginning() {
  while (true) {
    if (token_ < tokens().size()) {
      const std::size_t opened = open_.size();
      if (enter_first_list() && open_.size() > opened) return true;
      context_.found.clear(context_.projection.field_count());
      const WalkResult walked = json::project(level_.index, 0, context_.projection, context_.found);
      if (walked.status == WalkStatus::Complete) {
        if (context_.shape.of(context_.found) != Shape::Other) return true;
        if (look_inside(level_.index, 0).kind != Container::Unknown) return true;
      }
      if (walked.status == WalkStatus::Incomplete && lengthen_index(0, kProbeBytes)) continue;
    }
    const std::uint64_t walked_bytes = text().size();
    if (context_.resync_left < walked_bytes) {
      report(ProblemKind::GaveUp, 0, "too much damage, the rest was not read");
      finished_ = true;
      return false;
    }
    context_.resync_left -= walked_bytes;
    return false;
  }
}

}  // namespace trailwarden::cloudtrail
