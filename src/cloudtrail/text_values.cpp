// TextReader on complete objects: records are handed on, wrappers unwrapped.
#include <optional>
#include <string>
#include <utility>

#include "cloudtrail/text_reader.h"

namespace trailwarden::cloudtrail {

using json::WalkResult;
using json::WalkStatus;

// What the object at `token` is, which has just been projected. In the lower-case spelling it is
// projected again. nullopt: that showed damage, which was reported at byte `begin`.
std::optional<Shape> TextReader::shape_at(std::uint32_t token, std::size_t begin) {
  const Shape shape = context_.shape.of(context_.found);
  if (shape != Shape::LowerCase) return shape;
  if (!context_.folded) context_.folded = context_.projection.folded();
  context_.found.clear(context_.projection.field_count());
  const WalkResult walked = json::project(level_.index, token, *context_.folded, context_.found);
  if (walked.status == WalkStatus::Complete) return context_.shape.of(context_.found);
  report(ProblemKind::Damaged, begin, cause_of(walked));
  return std::nullopt;
}

// The complete object at `token`, which has just been projected. True: the cursor was moved.
bool TextReader::take(std::uint32_t token, const WalkResult& walked) {
  const std::size_t begin = tokens()[token];
  const std::optional<Shape> shape = shape_at(token, begin);
  if (!shape) return false;
  switch (*shape) {
    case Shape::Record:
      emit(token, RawRecord::kNoEnvelope, walked.offset);
      return false;
    case Shape::Insight:
      report(ProblemKind::Insight, begin, "a CloudTrail Insights record");
      return false;
    case Shape::Aggregated:
      report(ProblemKind::Aggregated, begin, "a CloudTrail aggregated event");
      return false;
    case Shape::LowerCase:
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
      if (!lines_ && token == token_ && enter_list(inside.token)) return true;
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
  const std::optional<Shape> shape = shape_at(detail, begin);
  if (!shape) return;
  switch (*shape) {
    case Shape::Record:
      return emit(detail, envelope, walked.offset);
    case Shape::Insight:
      return report(ProblemKind::Insight, begin, "a CloudTrail Insights record");
    case Shape::Aggregated:
      return report(ProblemKind::Aggregated, begin, "a CloudTrail aggregated event");
    case Shape::LowerCase:
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
    return report(ProblemKind::TooDeep, in_text,
                  "wrapped more than " + std::to_string(kNestingMax) + " times");
  }
  context_.levels[depth_ + 1].window.open(padded);
  TextReader(context_, depth_ + 1, offset_of(in_text)).read_documents({});
}

void TextReader::emit(std::uint32_t token, std::uint32_t envelope, std::size_t end) {
  const std::size_t begin = tokens()[token];
  context_.visitor.on_record({level_.index, token, envelope, offset_of(begin),
                              text().substr(begin, end - begin), context_.found});
}

}  // namespace trailwarden::cloudtrail
