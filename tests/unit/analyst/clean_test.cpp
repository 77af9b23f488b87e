#include "analyst/clean.h"

namespace trailwarden::analyst {
namespace {

struct Case {
  const char* text;
  const char* shown;
};
constexpr Case kCases[] = {
    {"A key was created. It is new!", "A key was created. It is new!"},
    {"two\nlines\r\n\tand  spaces ", "two lines and spaces"},
    {"<!channel> look <@U024BE7LH> and <#C024BE7LR|general>", "look and"},
    {"see <https://evil.example/x|the console>", "see"},
    {"<script>alert(1)</script>done", "alert(1)done"},
    {"&lt;!here&gt; &#60;b&#62; a & b", "!here b a & b"},
    {"@here @channel mail admin@evil.example now", "here channel mail admin at evil[.]example now"},
    {"[click](https://evil.example) ![img](http://x)", "click !img"},
    {"https://evil.example", "[link removed]"},
    {"see (HTTP://EVIL.example/a?b) or www.evil.example", "see [link removed] or [link removed]"},
    {"javascript:alert(1) mailto:a@b.example", "[link removed] [link removed]"},
    {"go to evil.example/path, or sub.evil.example.",
     "go to evil[.]example/path, or sub.evil[.]example."},
    {"iam.amazonaws.com from 203.0.113.9 at v1.2", "iam.amazonaws.com from 203.0.113.9 at v1.2"},
    {"**bold** and `code` and __x__", "bold and code and x"},
    {"\xEF\xBC\x9C!channel\xEF\xBC\x9E \xEF\xBC\xA0here", "here"},
    {"evil\xE3\x80\x82"
     "example",
     "evil[.]example"},
    {"a\x1b[31mred\x07 b\xE2\x80\xAE"
     "c",
     "a31mred bc"},
    {"bad \xff\xfe bytes", "bad bytes"},
    {"zero\xE2\x80\x8Bwidth ht\xE2\x80\x8Btps://evil.example", "zerowidth [link removed]"},
    {"", ""},
    {"<", ""},
    {"a < b > c", "a c"},
    {"...", "..."},
    {"@", ""},
    {"a@ @b c@@d", "a b c at d"},
    {"https:/@/evil.example", "[link removed]"},
};

TEST(Clean, Table) {
  for (const Case& each : kCases) EXPECT_EQ(cleaned(each.text, 200), each.shown) << each.text;
}

TEST(Clean, NamesFromTheCaseStay) {
  const IsKnown known = [](std::string_view word) {
    return word == "karin.ek" || word == "eva@corp.example";
  };
  EXPECT_EQ(cleaned("by karin.ek, eva@corp.example and karin.eva.", 200, known),
            "by karin.ek, eva@corp.example and karin[.]eva.");
  EXPECT_EQ(cleaned("https://karin.ek", 200, known), "[link removed]");
}

TEST(Clean, CutsAtACharacter) {
  EXPECT_EQ(cleaned("abcdef", 3), "abc…");
  EXPECT_EQ(cleaned("äöü", 2), "äö…");
  EXPECT_EQ(cleaned("äöü", 3), "äöü");
  EXPECT_LT(cleaned(std::string(1U << 20U, 'x'), 600).size(), 700U);
}

}  // namespace
}  // namespace trailwarden::analyst
