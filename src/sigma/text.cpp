#include "sigma/text.h"

#include <cstddef>
#include <utility>

namespace trailwarden::sigma {
namespace {

using match::Glob;
using match::GlobPart;
using What = GlobPart::What;

bool is_run(const GlobPart& part) { return part.what == What::Run; }

bool is_escapable(char c) { return c == '*' || c == '?' || c == '\\'; }

void append_literal(Glob& glob, char c) {
  if (glob.empty() || glob.back().what != What::Literal) glob.push_back({What::Literal, {}});
  glob.back().literal.push_back(c);
}

// The literal between an optional run in front and an optional run behind, if that is all.
const std::string* only_literal(const Glob& glob, bool front, bool back) {
  const std::size_t first = front ? 1 : 0;
  if (glob.size() != first + 1 + (back ? 1 : 0)) return nullptr;
  return glob[first].what == What::Literal ? &glob[first].literal : nullptr;
}

}  // namespace

Glob parse_text(std::string_view written) {
  Glob glob;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    if (c == '\\' && i + 1 < written.size() && is_escapable(written[i + 1])) {
      append_literal(glob, written[++i]);
    } else if (c == '*') {
      open_back(glob);
    } else if (c == '?') {
      glob.push_back({What::One, {}});
    } else {
      append_literal(glob, c);
    }
  }
  return glob;
}

Glob literal_glob(std::string literal) {
  if (literal.empty()) return {};
  return {{What::Literal, std::move(literal)}};
}

bool has_wildcard(const Glob& glob) {
  for (const GlobPart& part : glob) {
    if (part.what != What::Literal) return true;
  }
  return false;
}

std::string literal_of(const Glob& glob) {
  std::string literal;
  for (const GlobPart& part : glob) literal += part.literal;
  return literal;
}

void open_front(Glob& glob) {
  if (glob.empty() || !is_run(glob.front())) glob.insert(glob.begin(), {What::Run, {}});
}

void open_back(Glob& glob) {
  if (glob.empty() || !is_run(glob.back())) glob.push_back({What::Run, {}});
}

match::Test test_of(const Glob& glob, match::Case letters) {
  constexpr match::Domain kAny = match::Domain::AnyText;
  if (!has_wildcard(glob)) return match::TextIs{{literal_of(glob)}, letters, kAny};
  const bool front = is_run(glob.front());
  const bool back = is_run(glob.back());
  if (glob.size() == 1 && front) return match::IsPresent{match::IsPresent::What::NotNull};
  if (const std::string* literal = only_literal(glob, front, back)) {
    const match::Anchor anchor = front && back ? match::Anchor::Inside
                                 : front       ? match::Anchor::Suffix
                                               : match::Anchor::Prefix;
    return match::TextHas{{*literal}, anchor, letters, kAny};
  }
  return match::TextGlob{{glob}, letters, kAny};
}

}  // namespace trailwarden::sigma
