#include "analyst/clean.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/ascii.h"
#include "base/code_point.h"

namespace trailwarden::analyst {
namespace {

bool is_alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_alpha(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// Only characters that are seen and mean themselves; every kind of space is one of them.
std::string visible(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    const std::size_t bytes = std::max<std::size_t>(c.bytes, 1);
    const bool is_space = c.value == '\n' || c.value == '\r' || c.value == '\t' || c.value == ' ' ||
                          c.value == 0xA0 || (c.value >= 0x2000 && c.value <= 0x200A) ||
                          c.value == 0x2028 || c.value == 0x2029 || c.value == 0x3000;
    if (is_space) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (c.bytes != 0 && !is_deceptive(c.value)) {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return out;
}

// What becomes of characters that look like those which have a meaning ("＜", "＠"): the same.
std::string with_plain_marks(const std::string& text) {
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const CodePoint c = first_code_point(rest);
    if (c.value >= 0xFF01 && c.value <= 0xFF5E) {
      out += static_cast<char>(c.value - 0xFF01 + '!');
    } else if (c.value == 0x3002 || c.value == 0xFF61) {
      out += '.';  // Browsers read these as dots in a host's name.
    } else {
      out += rest.substr(0, c.bytes);
    }
    rest.remove_prefix(c.bytes);
  }
  return out;
}

// "<!channel>", "<https://…|text>", "<b>", and entities that would become one of them.
std::string without_tags(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '<') {
      const std::size_t end = text.find('>', at);
      if (end != text.npos) at = end;
      continue;
    }
    if (text[at] == '>') continue;
    if (text[at] == '&') {
      std::size_t end = at + 1;
      while (end < text.size() && end < at + 12 && (is_alnum(text[end]) || text[end] == '#')) ++end;
      if (end < text.size() && text[end] == ';') {
        at = end;
        continue;
      }
    }
    out += text[at];
  }
  return out;
}

// "[text](target)" and "![text](target)" become "text"; marks of emphasis and code go.
std::string without_markdown(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.compare(at, 2, "](") == 0) {
      const std::size_t end = text.find(')', at);
      if (end != text.npos) {
        at = end;
        continue;
      }
    }
    if (text.compare(at, 2, "**") == 0 || text.compare(at, 2, "__") == 0) {
      ++at;
      continue;
    }
    if (text[at] == '`' || text[at] == '[' || text[at] == ']' || text[at] == '|') continue;
    out += text[at];
  }
  return out;
}

bool is_host_character(char c) {
  return is_alnum(c) || c == '.' || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Whether a chat program would make a link of this: labels with dots, the last of letters.
bool looks_like_host(std::string_view word) {
  const std::size_t dot = word.rfind('.');
  if (dot == word.npos || dot == 0 || word.size() - dot < 3) return false;
  const std::string_view last = word.substr(dot + 1);
  return std::all_of(last.begin(), last.end(), [](char c) {
    return is_alpha(c) || static_cast<unsigned char>(c) >= 0x80 || c == '-';
  });
}

// Amazon's own hosts are what such texts speak of.
bool is_amazon(std::string_view host) {
  return host.ends_with(".amazonaws.com") || host.ends_with(".aws.amazon.com");
}

std::string defanged(std::string_view host) {
  std::string out(host);
  const std::size_t dot = out.rfind('.');
  return out.replace(dot, 1, "[.]");
}

bool has_scheme(std::string_view word) {
  constexpr auto kOpaque = std::to_array<std::string_view>(
      {"mailto:", "tel:", "javascript:", "data:", "slack:", "file:"});
  const std::string lower = ascii_lower(word);
  return lower.find("://") != lower.npos || lower.find("www.") != lower.npos ||
         std::any_of(kOpaque.begin(), kOpaque.end(),
                     [&](std::string_view scheme) { return lower.find(scheme) != lower.npos; });
}

// One word between spaces: no link, no mention.
std::string harmless(std::string_view word, const IsKnown& is_known) {
  if (has_scheme(word)) return "[link removed]";
  std::string out;
  for (std::size_t at = 0; at < word.size();) {
    if (word[at] == '@') {  // "@here", "@U0123", "somebody@example.com"
      ++at;
      const bool is_before = !out.empty() && is_alnum(out.back());
      if (is_before && at < word.size() && is_host_character(word[at])) out += " at ";
      continue;
    }
    if (!is_host_character(word[at])) {
      out += word[at++];
      continue;
    }
    std::size_t end = at;
    while (end < word.size() && (is_host_character(word[end]) || word[end] == '@')) ++end;
    std::string_view run = word.substr(at, end - at);
    std::size_t dots = 0;
    while (!run.empty() && run.back() == '.') {
      run.remove_suffix(1);
      ++dots;
    }
    const std::size_t sign = run.find('@');
    if (is_known && is_known(run) && sign != 0) {
      out += run;
      at += run.size();
    } else {
      run = run.substr(0, sign);
      out += looks_like_host(run) && !is_amazon(run) ? defanged(run) : std::string(run);
      at += run.size();
      if (sign != run.npos && sign == run.size() && at < word.size() && word[at] == '@') continue;
    }
    out.append(std::min(dots, end - at), '.');
    at = std::max(at, end);
  }
  // "https:/@/evil.example" is one only now.
  return has_scheme(out) ? "[link removed]" : out;
}

std::string cut(const std::string& text, std::size_t characters_max) {
  std::size_t end = 0;
  for (std::size_t characters = 0; end < text.size(); ++characters) {
    if (characters == characters_max) return text.substr(0, end) + "…";
    end += first_code_point(std::string_view(text).substr(end)).bytes;
  }
  return text;
}

}  // namespace

std::string cleaned(std::string_view text, std::size_t characters_max, const IsKnown& is_known) {
  // Work is bounded by what can be shown: what is cut away before is no loss.
  const std::string plain = without_markdown(
      without_tags(with_plain_marks(visible(text.substr(0, 16 * characters_max + 64)))));
  std::string out;
  for (std::string_view rest = plain; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string word = harmless(rest.substr(0, end), is_known);
    if (!word.empty()) out += (out.empty() ? "" : " ") + word;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return cut(out, characters_max);
}

}  // namespace trailwarden::analyst
