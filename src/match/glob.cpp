#include "match/glob.h"

namespace trailwarden::match {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The end of the character that begins at `at`, which lies before the end of the text.
std::size_t step_forward(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && continues(text[at])) ++at;
  return at;
}

// The begin of the character that ends at `at`, which is not 0.
std::size_t step_back(std::string_view text, std::size_t at) {
  --at;
  while (at > 0 && continues(text[at])) --at;
  return at;
}

}  // namespace

CompiledGlob::CompiledGlob(const Glob& glob) : segments_(1) {
  for (const GlobPart& part : glob) {
    auto& pieces = segments_.back().pieces;
    switch (part.what) {
      case GlobPart::What::Run:
        segments_.emplace_back();
        break;
      case GlobPart::What::One:
        if (pieces.empty() || !pieces.back().literal.empty()) pieces.emplace_back();
        ++pieces.back().ones;
        break;
      case GlobPart::What::Literal:
        if (pieces.empty()) pieces.emplace_back();
        pieces.back().literal += part.literal;
        break;
    }
  }
}

// The end of `segment` when it stands at `begin`, or kNowhere.
std::size_t CompiledGlob::match_at(const Segment& segment, std::string_view text,
                                   std::size_t begin) {
  std::size_t at = begin;
  for (const Piece& piece : segment.pieces) {
    for (std::size_t i = 0; i < piece.ones; ++i) {
      if (at == text.size()) return kNowhere;
      at = step_forward(text, at);
    }
    if (!text.substr(at).starts_with(piece.literal)) return kNowhere;
    at += piece.literal.size();
  }
  return at;
}

// The begin of `segment` when it stands right before `end`, or kNowhere.
std::size_t CompiledGlob::match_before(const Segment& segment, std::string_view text,
                                       std::size_t end) {
  std::size_t at = end;
  for (std::size_t i = segment.pieces.size(); i-- > 0;) {
    const Piece& piece = segment.pieces[i];
    if (!text.substr(0, at).ends_with(piece.literal)) return kNowhere;
    at -= piece.literal.size();
    for (std::size_t one = 0; one < piece.ones; ++one) {
      if (at == 0) return kNowhere;
      at = step_back(text, at);
    }
  }
  return at;
}

// The end of the first `segment` at or behind `from`, or kNowhere.
std::size_t CompiledGlob::find(const Segment& segment, std::string_view text, std::size_t from) {
  if (segment.pieces.empty()) return from;
  if (segment.pieces.size() == 1 && segment.pieces[0].ones == 0) {
    const std::string& literal = segment.pieces[0].literal;
    const std::size_t at = text.find(literal, from);
    return at == kNowhere ? kNowhere : at + literal.size();
  }
  for (std::size_t at = from;; at = step_forward(text, at)) {
    const std::size_t end = match_at(segment, text, at);
    if (end != kNowhere || at == text.size()) return end;
  }
}

bool CompiledGlob::matches(std::string_view text) const {
  std::size_t at = match_at(segments_.front(), text, 0);
  if (at == kNowhere) return false;
  if (segments_.size() == 1) return at == text.size();
  for (std::size_t i = 1; i + 1 < segments_.size(); ++i) {
    at = find(segments_[i], text, at);
    if (at == kNowhere) return false;
  }
  const std::size_t last = match_before(segments_.back(), text, text.size());
  return last != kNowhere && last >= at;
}

}  // namespace trailwarden::match
