#include "cloudtrail/text_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "cloudtrail/resync.h"

namespace trailwarden::cloudtrail {
namespace {

using json::WalkResult;
using json::WalkStatus;

// Levels of lists inside lists that are entered (jq's slurp makes one more than AWS does).
constexpr std::size_t kOpenMax = 2 * kNestingMax;

// What is indexed to see whether a place behind damage begins a record: most records fit.
constexpr std::size_t kProbeBytes = 4096;

// The longest front of `text` that does not end inside a UTF-8 sequence.
std::string_view whole_characters(std::string_view text) {
  std::size_t tail = 0;
  while (tail < 3 && tail < text.size()) {
    const auto byte = static_cast<unsigned char>(text[text.size() - 1 - tail]);
    if (byte < 0x80) break;
    ++tail;
    if (byte >= 0xC0) return text.substr(0, text.size() - tail);
  }
  return text;
}

const char* cause_of(const WalkResult& walked) {
  return walked.status == WalkStatus::Malformed ? walked.problem : "the text ends inside an object";
}

}  // namespace

TextReader::TextReader(ReadContext& context, std::uint32_t depth, std::uint64_t origin)
    : context_(context), level_(context.levels[depth]), depth_(depth), origin_(origin) {}

// --- the window -----------------------------------------------------------------------------

// Drops `drop` bytes from the window's front, and indexes `bytes` bytes of what follows.
void TextReader::index_from(std::size_t drop, std::size_t bytes) {
  if (context_.stop.stop_requested()) finished_ = true;
  Window& window = level_.window;
  window.advance(drop);
  window.fill(bytes);
  std::string_view front = window.text().substr(0, bytes);
  ends_ = window.ends() && front.size() == window.text().size();
  if (!ends_) front = whole_characters(front);
  level_.index.build(front);
  token_ = 0;
}

// Indexes a longer text that begins at byte `begin` of this one. False where there is none: the
// input ends, or kRecordBytesMax is reached.
bool TextReader::lengthen(std::size_t begin, std::size_t bytes_min) {
  const std::size_t held = text().size() - begin;
  if (ends_ || held > kRecordBytesMax) return false;
  // The slack lets a text grow past the limit whatever whole_characters() takes away.
  index_from(begin, std::min(std::max(bytes_min, 2 * held), kRecordBytesMax + kProbeBytes));
  return true;
}

std::uint64_t TextReader::offset_of(std::size_t in_text) const {
  return depth_ == 0 ? level_.window.offset() + in_text : origin_;
}

// --- documents ------------------------------------------------------------------------------

void TextReader::read_documents(DocumentOptions options) {
  after_damage_ = options.after_damage;
  index_from(0, context_.window_bytes);
  while (!finished_) {
    if (token_ < tokens().size()) {
      step();
    } else if (!next_window()) {
      break;
    }
  }
}

// Behind the last token of the window, between two values.
bool TextReader::next_window() {
  if (level_.index.fault() != json::IndexFault::None) {
    damaged(level_.index.fault_offset(), fault_cause());
    return true;
  }
  const bool last = ends_;
  if (last && !open_.empty() && !after_damage_) {
    report(ProblemKind::CutOff, text().size(), "the text ends before its list of records does");
  }
  index_from(text().size(), context_.window_bytes);
  return !last;
}

void TextReader::step() {
  switch (byte_at(token_)) {
    case '{':
      return object();
    case '[':
      return open(Open::Array);
    case ']':
      return close(Open::Array);
    case '}':
      return close(Open::Object);
    case ',':
      ++token_;
      return;
    case '"':
      return !open_.empty() && open_.back() == Open::Object ? member() : scalar();
    default:
      return scalar();
  }
}

void TextReader::open(Open what) {
  if (open_.size() == kOpenMax) return damaged(tokens()[token_], "lists nested too deeply");
  open_.push_back(what);
  ++token_;
}

void TextReader::close(Open what) {
  if (!open_.empty() && open_.back() == what) {
    open_.pop_back();
  } else if (!after_damage_) {
    return damaged(tokens()[token_], "a bracket closes that never opened");
  }
  ++token_;
}

// A member of an object whose list was read: `name : value`, of which a list may come again.
void TextReader::member() {
  const std::size_t begin = tokens()[token_];
  // The token behind the value shows that the window does not cut it.
  if (token_ + 3 >= tokens().size() && lengthen(begin, context_.window_bytes)) return;
  const std::optional<json::Value> name = json::scalar_at(level_.index, token_);
  if (!name || token_ + 2 >= tokens().size() || byte_at(token_ + 1) != ':') {
    return damaged(begin, "expected a member");
  }
  token_ += 2;
  if (byte_at(token_) == '[' && names_a_list(name->raw)) return open(Open::Array);
  const WalkResult walked = json::skip(level_.index, token_);
  if (walked.status == WalkStatus::Complete) {
    token_ = walked.next_token;
  } else if (walked.status == WalkStatus::Malformed || !lengthen(begin, context_.window_bytes)) {
    damaged(begin, cause_of(walked));
  }
}

void TextReader::object() {
  if (enter_first_list()) return;
  const std::size_t begin = tokens()[token_];
  context_.found.clear(context_.projection.field_count());
  const WalkResult walked =
      json::project(level_.index, token_, context_.projection, context_.found);
  if (walked.status == WalkStatus::Complete && walked.offset - begin <= kRecordBytesMax) {
    if (!take(token_, walked)) token_ = walked.next_token;
    return;
  }
  if (enter_list(token_)) return;
  if (walked.status == WalkStatus::Incomplete) {
    if (level_.index.fault() != json::IndexFault::None) return damaged(begin, fault_cause());
    if (lengthen(begin, context_.window_bytes)) return;
  }
  if (walked.status != WalkStatus::Malformed && text().size() - begin > kRecordBytesMax) {
    report(ProblemKind::TooLarge, begin,
           "an object of more than " + std::to_string(kRecordBytesMax >> 20) + " MiB");
    return resync(begin + 1);
  }
  damaged(begin, cause_of(walked));
}

// The object at the cursor begins {"Records":[ or the like: enters it without walking it.
bool TextReader::enter_first_list() {
  const std::size_t begin = tokens()[token_];
  // Records of AWS's own make: decided by one look.
  if (text().substr(begin, 3) == "{\"e") return false;
  if (token_ + 3 >= tokens().size()) {
    return level_.index.fault() == json::IndexFault::None && lengthen(begin, context_.window_bytes);
  }
  if (byte_at(token_ + 1) != '"' || byte_at(token_ + 3) != '[') return false;
  const std::optional<json::Value> name = json::scalar_at(level_.index, token_ + 1);
  if (!name || !names_a_list(name->raw) || open_.size() + 2 > kOpenMax) return false;
  open_.push_back(Open::Object);
  open_.push_back(Open::Array);
  token_ += 4;
  return true;
}

// The object at `object_token`, perhaps cut off, holds a list behind other members: enters that.
bool TextReader::enter_list(std::uint32_t object_token) {
  if (open_.size() + 2 > kOpenMax) return false;
  const Contents inside = look_inside(level_.index, object_token);
  if (inside.kind != Container::List) return false;
  open_.push_back(Open::Object);
  open_.push_back(Open::Array);
  token_ = inside.token + 1;
  return true;
}

// An element or document that is no object: JSON in a string (a list of SQS bodies), or nothing of
// ours.
void TextReader::scalar() {
  const std::size_t begin = tokens()[token_];
  const bool faulty = level_.index.fault() != json::IndexFault::None;
  if (token_ + 1 >= tokens().size() && !faulty && lengthen(begin, context_.window_bytes)) return;
  const std::optional<json::Value> value = json::scalar_at(level_.index, token_);
  if (!value) return damaged(begin, faulty ? fault_cause() : "no JSON value");
  if (value->kind == json::Kind::String) {
    take_text(token_);
  } else {
    report(ProblemKind::NotARecord, begin, "a value that is no object");
  }
  ++token_;
}

// --- lines ----------------------------------------------------------------------------------

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
    const bool cut = walked.status != WalkStatus::Malformed || walked.offset > newline;
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
    report(ProblemKind::TooLarge, begin, "a line of more than 4 MiB");
    return false;
  }
  take(token_, walked);
  token_ = walked.next_token;
  if (token_ < tokens().size() && byte_at(token_) == ',') ++token_;  // Lines cut out of an array.
  if (token_ < tokens().size() && tokens()[token_] < newline) {
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
  report(ProblemKind::TooLarge, 0, "a line of more than 4 MiB");
  level_.window.skip_line(context_.window_bytes);
  line_begin_ = level_.window.offset();
  index_from(0, context_.window_bytes);
}

// --- values ---------------------------------------------------------------------------------

// The complete object at `token`, which has just been projected. True: the cursor was moved.
bool TextReader::take(std::uint32_t token, const WalkResult& walked) {
  const std::size_t begin = tokens()[token];
  switch (context_.shape.of(context_.found)) {
    case Shape::Record:
      emit(token, RawRecord::kNoEnvelope, walked.offset);
      return false;
    case Shape::Insight:
      report(ProblemKind::Insight, begin, "a CloudTrail Insights record");
      return false;
    case Shape::Aggregated:
      report(ProblemKind::Aggregated, begin, "a CloudTrail aggregated event");
      return false;
    case Shape::Other:
      return take_contents(token, walked);
  }
  return false;
}

bool TextReader::take_contents(std::uint32_t token, const WalkResult& walked) {
  const std::size_t begin = tokens()[token];
  const Contents inside = look_inside(level_.index, token);
  switch (inside.kind) {
    case Container::List:
      if (!lines_ && token == token_ && enter_list(token)) return true;
      unwrap(text().substr(begin, walked.offset - begin), begin);
      break;
    case Container::Envelope:
      take_detail(inside.token, token);
      break;
    case Container::Object:
      take_object(inside.token);
      break;
    case Container::Text:
      take_text(inside.token);
      break;
    case Container::Digest:
      report(ProblemKind::Digest, begin, "a CloudTrail digest file");
      break;
    case Container::Insight:
      report(ProblemKind::Insight, begin, "a CloudTrail Insights record");
      break;
    case Container::Aggregated:
      report(ProblemKind::Aggregated, begin, "a CloudTrail aggregated event");
      break;
    case Container::Announcement:
      report(ProblemKind::Announcement, begin, "a notice that a file has arrived, not a log");
      break;
    case Container::Control:
      report(ProblemKind::Control, begin, "a control message");
      break;
    case Container::Unknown:
      report(ProblemKind::NotARecord, begin, "an object that is no CloudTrail record");
      break;
  }
  return false;
}

void TextReader::take_detail(std::uint32_t detail, std::uint32_t envelope) {
  context_.found.clear(context_.projection.field_count());
  const WalkResult walked =
      json::project(level_.index, detail, context_.projection, context_.found);
  const std::size_t begin = tokens()[envelope];
  if (walked.status != WalkStatus::Complete) {
    return report(ProblemKind::Damaged, begin, cause_of(walked));
  }
  switch (context_.shape.of(context_.found)) {
    case Shape::Record:
      return emit(detail, envelope, walked.offset);
    case Shape::Insight:
      return report(ProblemKind::Insight, begin, "a CloudTrail Insights record");
    case Shape::Aggregated:
      return report(ProblemKind::Aggregated, begin, "a CloudTrail aggregated event");
    case Shape::Other:
      return report(ProblemKind::NotARecord, begin, "an EventBridge event of another kind");
  }
}

// The object that a wrapper at hand holds, as a text of its own.
void TextReader::take_object(std::uint32_t token) {
  const WalkResult walked = json::skip(level_.index, token);
  const std::size_t begin = tokens()[token];
  unwrap(text().substr(begin, walked.offset - begin), begin);
}

// The string that a wrapper at hand holds.
void TextReader::take_text(std::uint32_t token) {
  const std::size_t begin = tokens()[token];
  const std::optional<json::Value> value = json::scalar_at(level_.index, token);
  if (!value) return report(ProblemKind::Damaged, begin, "a malformed string");
  std::string_view inner = value->raw;
  if (value->has_escapes) {
    level_.unescaped.clear();
    json::unescape(inner, level_.unescaped);
    const std::size_t size = level_.unescaped.size();
    level_.unescaped.append(json::kPadding, '\0');
    inner = std::string_view(level_.unescaped).substr(0, size);
  }
  const std::size_t first = inner.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (inner[first] != '{' && inner[first] != '[')) {
    return report(ProblemKind::NotARecord, begin, "a message that is no JSON");
  }
  unwrap(inner, begin);
}

void TextReader::unwrap(std::string_view padded, std::size_t in_text) {
  if (depth_ == kNestingMax) {
    return report(ProblemKind::TooDeep, in_text, "wrapped more than 6 times");
  }
  context_.levels[depth_ + 1].window.open(padded);
  TextReader(context_, depth_ + 1, offset_of(in_text)).read_documents({});
}

void TextReader::emit(std::uint32_t token, std::uint32_t envelope, std::size_t end) {
  const std::size_t begin = tokens()[token];
  context_.visitor.on_record({level_.index, token, envelope, offset_of(begin),
                              text().substr(begin, end - begin), context_.found});
}

// --- damage ---------------------------------------------------------------------------------

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
    const std::size_t begin = find_beginning(ahead, 0);
    const std::size_t known =
        begin != std::string_view::npos
            ? begin
            : ahead.size() - (window.ends() ? 0 : std::min(ahead.size(), kBeginningBytesMax));
    const bool cut = begin == std::string_view::npos || ahead.size() - begin < kBeginningBytesMax;
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
      if (walked.status == WalkStatus::Incomplete &&
          level_.index.fault() == json::IndexFault::None && lengthen(0, kProbeBytes)) {
        continue;
      }
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
