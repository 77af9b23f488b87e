#include "cloudtrail/text_reader.h"

#include <algorithm>
#include <optional>

namespace trailwarden::cloudtrail {
namespace {

using json::WalkResult;
using json::WalkStatus;

// Levels of lists inside lists that are entered (jq's slurp makes one more than AWS does).
constexpr std::size_t kOpenMax = std::size_t{2} * kNestingMax;

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
  // A character of slack: the text must grow past the limit whatever whole_characters() takes.
  index_from(begin, std::min(std::max(bytes_min, 2 * held), kRecordBytesMax + 8));
  return true;
}

// The same for whoever waits for more tokens: behind a fault a longer text shows none.
bool TextReader::lengthen_index(std::size_t begin, std::size_t bytes_min) {
  return level_.index.fault() == json::IndexFault::None && lengthen(begin, bytes_min);
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
  if (token_ + 3 >= tokens().size() && lengthen_index(begin, context_.window_bytes)) return;
  const std::optional<json::Value> name = json::scalar_at(level_.index, token_);
  if (!name || token_ + 2 >= tokens().size() || byte_at(token_ + 1) != ':') {
    return damaged(begin, "expected a member");
  }
  token_ += 2;
  if (byte_at(token_) == '[' && names_a_list(name->raw)) return open(Open::Array);
  const WalkResult walked = json::skip(level_.index, token_);
  if (walked.status == WalkStatus::Complete) {
    token_ = walked.next_token;
  } else if (walked.status == WalkStatus::Malformed ||
             !lengthen_index(begin, context_.window_bytes)) {
    damaged(begin, cause_of(walked));
  }
}

// What an object is shows at its end. Where that does not come (the object is broken, cut off or
// too large), what stands in front decides, in a text as long as any window would grow.
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
  const bool malformed = walked.status == WalkStatus::Malformed;
  if (!malformed && lengthen_index(begin, context_.window_bytes)) return;
  if (context_.shape.of(context_.found) != Shape::Record) {
    const std::size_t end = malformed ? walked.offset : text().size();
    const std::optional<std::uint32_t> list = list_before(level_.index, token_, end);
    if (list && enter_list(*list)) return;
  }
  const bool faulty = level_.index.fault() != json::IndexFault::None;
  if (malformed || faulty || text().size() - begin <= kRecordBytesMax) {
    return damaged(begin, cause_of(walked));
  }
  report(ProblemKind::TooLarge, begin,
         "an object of more than " + std::to_string(kRecordBytesMax / kMebibyte) + " MiB");
  resync(begin + 1);
}

// The object at the cursor begins {"Records":[ or the like: enters it without walking it.
bool TextReader::enter_first_list() {
  if (context_.shape.takes_any_object()) return false;
  const std::size_t begin = tokens()[token_];
  // Records of AWS's own make: decided by one look.
  if (text().substr(begin, 3) == "{\"e") return false;
  if (token_ + 3 >= tokens().size()) {
    return lengthen_index(begin, context_.window_bytes);
  }
  if (byte_at(token_ + 1) != '"' || byte_at(token_ + 3) != '[') return false;
  const std::optional<json::Value> name = json::scalar_at(level_.index, token_ + 1);
  return name && names_a_list(name->raw) && enter_list(token_ + 3);
}

// Enters the list at `list` of the object at the cursor. False: too many are open.
bool TextReader::enter_list(std::uint32_t list) {
  if (open_.size() + 2 > kOpenMax) return false;
  open_.push_back(Open::Object);
  open_.push_back(Open::Array);
  token_ = list + 1;
  return true;
}

// An element or document that is no object: JSON in a string (a list of SQS bodies), or nothing of
// ours.
void TextReader::scalar() {
  const std::size_t begin = tokens()[token_];
  const bool last = token_ + 1 == tokens().size();
  if (last && lengthen_index(begin, context_.window_bytes)) return;
  const std::optional<json::Value> value = json::scalar_at(level_.index, token_);
  const bool faulty = last && level_.index.fault() != json::IndexFault::None;
  if (!value) return damaged(begin, faulty ? fault_cause() : "no JSON value");
  // A member of an object whose beginning was lost in damage.
  if (after_damage_ && !last && byte_at(token_ + 1) == ':') return member();
  if (value->kind == json::Kind::String && !context_.shape.takes_any_object()) {
    take_text(token_);
  } else {
    report(ProblemKind::NotARecord, begin, "a value that is no object");
  }
  ++token_;
}

}  // namespace trailwarden::cloudtrail
