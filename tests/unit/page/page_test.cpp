#include "page/page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace trailwarden::page {
namespace {

std::string embedded(std::string_view json) {
  std::string out;
  write_embedded_json(json, out);
  return out;
}

std::string committed_bundle() {
  std::ifstream file(TW_SOURCE_DIR "/dashboard/dist/index.html", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(Page, IsTheCommittedBundleSplitAtItsPlaceholder) {
  const Page page = page_template();
  const std::string whole =
      std::string(page.head) + "<!--trailwarden-data-->" + std::string(page.tail);
  EXPECT_EQ(whole, committed_bundle());
}

TEST(Page, HasOnePlaceForData) {
  const Page page = page_template();
  const std::string_view opening = "<script type=\"application/json\" id=\"trailwarden-data\">";
  EXPECT_TRUE(page.head.ends_with(opening));
  EXPECT_TRUE(page.tail.starts_with("</script>"));
  EXPECT_EQ(page.tail.find("<!--trailwarden-data-->"), std::string_view::npos);
}

TEST(Page, LoadsNothing) {
  const Page page = page_template();
  EXPECT_NE(page.head.find("default-src 'none'"), std::string_view::npos);
  for (const std::string_view part : {page.head, page.tail}) {
    for (const char* loader : {"<link rel=\"stylesheet\"", " src=", "@import", "import("}) {
      EXPECT_EQ(part.find(loader), std::string_view::npos) << loader;
    }
  }
}

struct EscapeCase {
  const char* why;
  std::string json;
  std::string expected;
};

TEST(WriteEmbeddedJson, Table) {
  const EscapeCase cases[] = {
      {"nothing to escape", R"({"a":[1,true,"b"]})", R"({"a":[1,true,"b"]})"},
      {"empty", "", ""},
      {"the end of the element", R"("</script>")", R"("\u003c/script\u003e")"},
      {"the start of a comment", R"("<!--<script>")", R"("\u003c!--\u003cscript\u003e")"},
      {"an entity", R"("&lt;")", R"("\u0026lt;")"},
      {"line separator", "\"a\xE2\x80\xA8z\"", R"("a\u2028z")"},
      {"paragraph separator", "\"\xE2\x80\xA9\"", R"("\u2029")"},
      {"its neighbours stay", "\"\xE2\x80\xA7\xE2\x80\xAA\xE2\x82\xAC\"",
       "\"\xE2\x80\xA7\xE2\x80\xAA\xE2\x82\xAC\""},
      {"cut short", "\"\xE2\x80", "\"\xE2\x80"},
      {"runs", "<<>>&&", R"(\u003c\u003c\u003e\u003e\u0026\u0026)"},
      {"an escaped backslash before it", R"("\\<")", R"("\\\u003c")"},
      {"zero bytes", std::string("\"\0<\"", 4), std::string("\"\0\\u003c\"", 9)},
  };
  for (const EscapeCase& c : cases) EXPECT_EQ(embedded(c.json), c.expected) << c.why;
}

TEST(WriteEmbeddedJson, Appends) {
  std::string out = "before ";
  write_embedded_json("\"<\"", out);
  EXPECT_EQ(out, "before \"\\u003c\"");
}

// Every text of four tokens: what must not stand in the element does not, and undoing the
// escapes gives the text back.
TEST(WriteEmbeddedJson, ExhaustiveSmallTexts) {
  const std::vector<std::string> tokens = {"<",    ">",    "&", "\xE2\x80\xA8", "\xE2\x80\xA9",
                                           "\xE2", "\x80", "a"};
  const auto undo = [](std::string text) {
    const std::pair<std::string, std::string> escapes[] = {{"\\u003c", "<"},
                                                           {"\\u003e", ">"},
                                                           {"\\u0026", "&"},
                                                           {"\\u2028", "\xE2\x80\xA8"},
                                                           {"\\u2029", "\xE2\x80\xA9"}};
    for (const auto& [escape, plain] : escapes) {
      for (std::size_t at; (at = text.find(escape)) != std::string::npos;) {
        text.replace(at, escape.size(), plain);
      }
    }
    return text;
  };
  for (std::size_t number = 0; number < 8 * 8 * 8 * 8; ++number) {
    std::string text;
    for (std::size_t digit = 0, rest = number; digit < 4; ++digit, rest /= 8) {
      text += tokens[rest % 8];
    }
    const std::string safe = embedded(text);
    for (const char* banned : {"<", ">", "&", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
      ASSERT_EQ(safe.find(banned), std::string::npos) << number;
    }
    ASSERT_EQ(undo(safe), text) << number;
  }
}

}  // namespace
}  // namespace trailwarden::page
