#include "sink/slack_text.h"

#include <algorithm>

#include "base/code_point.h"

namespace trailwarden::sink {
namespace {

constexpr std::string_view kWordJoiner = "\u2060";
constexpr std::string_view kEllipsis = "…";

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Whether a word joiner belongs between `before` (the character at the end of it is done) and
// `rest`, which is not empty.
bool breaks_here(std::string_view before, std::string_view rest) {
  const char last = before.empty() ? ' ' : before.back();
  if (last == ':' && (rest.front() == '/' || is_alphanumeric(rest.front()) || rest.front() == '_' ||
                      rest.front() == '+' || rest.front() == '-')) {
    return true;
  }
  if (last == '@' || last == '#') return true;
  // "evil.example": the dot of a domain has a letter behind it, or the byte of one.
  return rest.size() > 1 && rest.front() == '.' && last != ' ' &&
         (static_cast<unsigned char>(rest[1]) >= 0x80 ||
          (is_alphanumeric(rest[1]) && (rest[1] < '0' || rest[1] > '9')));
}

// Text of at most so many units: every piece fits or ends it.
class Bounded {
 public:
  explicit Bounded(std::size_t units_max) : left_(units_max) {}

  // False: it does not fit, and neither will anything after it.
  bool add(std::string_view piece) {
    if (piece.empty()) return true;
    const std::size_t units = slack_units(piece);
    if (units > left_) return false;
    // Where the rest might not fit, this is where the ellipsis would have to stand.
    if (left_ - units == 0) last_fit_ = out_.size();
    left_ -= units;
    if (left_ > 0) last_fit_ = out_.size() + piece.size();
    out_ += piece;
    return true;
  }
  std::string whole() && { return std::move(out_); }
  std::string cut() && {
    out_.resize(last_fit_);
    return std::move(out_) + std::string(kEllipsis);
  }

 private:
  std::string out_;
  std::size_t left_;
  std::size_t last_fit_ = 0;
};

std::string_view entity_of(char c) {
  if (c == '&') return "&amp;";
  if (c == '<') return "&lt;";
  return c == '>' ? "&gt;" : std::string_view();
}

// What stands for the first character of `rest`, of which `bytes` were taken.
struct Piece {
  std::string_view text;
  std::size_t bytes = 1;
};

Piece first_piece(std::string_view rest) {
  if (const std::string_view entity = entity_of(rest.front()); !entity.empty()) return {entity, 1};
  const CodePoint c = first_code_point(rest);
  if (c.bytes == 0) return {"\uFFFD", 1};
  // A line of its own could pass for one of ours.
  if (c.value == '\n') return {" ", 1};
  if (is_deceptive(c.value)) return {"", c.bytes};
  return {rest.substr(0, c.bytes), c.bytes};
}

}  // namespace

std::size_t slack_units(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::string slack_plain(std::string_view text, std::size_t units_max) {
  Bounded out(units_max);
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const Piece piece = first_piece(rest);
    std::string with_break;
    if (!piece.text.empty() && breaks_here(text.substr(0, at), rest)) with_break = kWordJoiner;
    if (!out.add(with_break.append(piece.text))) return std::move(out).cut();
    at += piece.bytes;
  }
  return std::move(out).whole();
}

std::string slack_code(std::string_view text, std::size_t units_max) {
  Bounded out(units_max - 2);
  const auto code = [](std::string_view body) { return "`" + std::string(body) + "`"; };
  for (std::size_t at = 0; at < text.size();) {
    const Piece piece = first_piece(text.substr(at));
    std::string_view shown = piece.text;
    if (shown == "`") shown = "ʼ";
    if (!out.add(shown)) return code(std::move(out).cut());
    at += piece.bytes;
  }
  const std::string body = std::move(out).whole();
  const bool blank = std::all_of(body.begin(), body.end(), [](char c) { return c == ' '; });
  return blank ? std::string() : code(body);
}

std::string slack_link(std::string_view url, std::string_view label) {
  constexpr std::size_t kUrlMax = 3000;
  const bool is_web = url.starts_with("https://") || url.starts_with("http://");
  const bool is_clean = std::all_of(url.begin(), url.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '<' && c != '>' && c != '|' && c != '"' && c != '`';
  });
  if (!is_web || !is_clean || url.size() > kUrlMax) return {};
  std::string link = "<";
  for (const char c : url) link += c == '&' ? "&amp;" : std::string(1, c);
  return link.append("|").append(label).append(">");
}

}  // namespace trailwarden::sink
