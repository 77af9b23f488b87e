// The corpus of nasty.h in every place that a log can write to, through every rendering.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "made_up.h"
#include "nasty.h"
#include "page/page.h"
#include "report/explanation.h"
#include "report/markdown_report.h"
#include "report/page_report.h"
#include "report/terminal.h"
#include "report/text_report.h"
#include "report/verdict_line.h"

namespace trailwarden::report {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

TEST(HostileText, InTheTextReport) {
  const std::size_t plain = lines_of(render_text(MadeUp("x").report(), false)).size();
  for (const Nasty& nasty : nasty_strings()) {
    const std::string text = render_text(MadeUp(nasty.text).report(), false);
    EXPECT_EQ(deceptive_part(text), "") << nasty.what;
    for (const std::string_view line : lines_of(text)) EXPECT_LE(columns(line), 80U) << line;
    // What is long may be wrapped, but nothing pushes the rest off the screen.
    EXPECT_LE(lines_of(text).size(), plain + 40) << nasty.what;
  }
}

TEST(HostileText, InAnExplanation) {
  for (const Nasty& nasty : nasty_strings()) {
    const MadeUp made(nasty.text);
    EXPECT_EQ(deceptive_part(explain_case(made.result.cases.front())), "") << nasty.what;
    EXPECT_EQ(deceptive_part(explain_event(made.verdict())), "") << nasty.what;
  }
}

// Whether a character stands in `line` without a backslash before it.
bool unescaped(std::string_view line, char c) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == c) {
      return true;
    }
  }
  return false;
}

TEST(HostileText, EscapedForMarkdown) {
  for (const Nasty& nasty : nasty_strings()) {
    const std::string text = escape_markdown(nasty.text);
    EXPECT_EQ(deceptive_part(text), "") << nasty.what;
    for (const char c : std::string_view("\n|<>[]()`*_~!@:$")) {
      EXPECT_FALSE(unescaped(text, c)) << nasty.what << ": " << c;
    }
  }
}

TEST(EscapeMarkdown, NeitherMentionsNorLinksComeOfIt) {
  EXPECT_EQ(escape_markdown("@team"), "&#64;&#8203;team");
  EXPECT_EQ(escape_markdown("eva@example.com"), "eva&#64;example.com");
  EXPECT_EQ(escape_markdown("#12"), "\\#&#8203;12");
  EXPECT_EQ(escape_markdown("http://a"), "http&#58;//a");
  EXPECT_EQ(escape_markdown("www.example.com"), "w&#8203;ww.example.com");
  EXPECT_EQ(escape_markdown("ww"), "ww");
  EXPECT_EQ(escape_markdown("a|b\\"), "a\\|b\\\\");
}

TEST(HostileText, InTheMarkdownReport) {
  const std::string plain = render_markdown(MadeUp("x").report());
  const auto plain_lines = lines_of(plain);
  const auto cells = [](std::string_view line) {
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\') {
        ++i;
      } else {
        bars += line[i] == '|' ? 1U : 0U;
      }
    }
    return bars;
  };
  for (const Nasty& nasty : nasty_strings()) {
    const std::string text = render_markdown(MadeUp(nasty.text).report());
    EXPECT_EQ(deceptive_part(text), "") << nasty.what;
    EXPECT_EQ(text.find('<'), std::string::npos) << nasty.what;
    const auto lines = lines_of(text);
    ASSERT_EQ(lines.size(), plain_lines.size()) << nasty.what;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      EXPECT_EQ(cells(lines[i]), cells(plain_lines[i])) << nasty.what;
      EXPECT_LT(lines[i].size(), 20'000U) << nasty.what;
    }
  }
}

// JSON says what the log said, but for bytes that are no text.
bool is_text(const Nasty& nasty) { return nasty.what != "not UTF-8" && nasty.what != "cut UTF-8"; }

TEST(HostileText, InAVerdictLine) {
  for (const Nasty& nasty : nasty_strings()) {
    std::string line;
    append_verdict_line(MadeUp(nasty.text).verdict(), line);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << nasty.what;
    EXPECT_TRUE(std::all_of(line.begin(), line.end() - 1, [](unsigned char c) {
      return c >= 0x20;
    })) << nasty.what;
    boost::system::error_code failed;
    const auto json = boost::json::parse(line, failed);
    ASSERT_FALSE(failed) << nasty.what << ": " << failed.message();
    EXPECT_EQ(json.as_object().size(), 16U) << nasty.what;
    EXPECT_EQ(json.at("verdict").as_string(), "dangerous") << nasty.what;
    if (!is_text(nasty)) continue;
    EXPECT_EQ(json.at("user_agent").as_string(), nasty.text) << nasty.what;
  }
}

TEST(HostileText, InThePage) {
  const page::Page page = page::page_template();
  for (const Nasty& nasty : nasty_strings()) {
    const MadeUp made(nasty.text);
    const std::string html = render_page(made.report());
    const std::string_view data = std::string_view(html).substr(
        page.head.size(), html.size() - page.head.size() - page.tail.size());
    EXPECT_EQ(data.find_first_of("<>&"), std::string_view::npos) << nasty.what;
    boost::system::error_code failed;
    const auto json = boost::json::parse(data, failed);
    ASSERT_FALSE(failed) << nasty.what << ": " << failed.message();
    const auto& found = json.at("cases").as_array().front();
    EXPECT_EQ(found.at("timeline").as_array().size(), 2U) << nasty.what;
    if (!is_text(nasty)) continue;
    EXPECT_EQ(found.at("actor").as_string(), nasty.text) << nasty.what;
  }
}

}  // namespace
}  // namespace trailwarden::report
