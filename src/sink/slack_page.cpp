#include "sink/slack_page.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "sink/notice_page.h"
#include "sink/slack_blocks.h"
#include "sink/slack_text.h"

namespace trailwarden::sink {
namespace {

namespace bj = boost::json;

// Slack: 50 blocks, 150 characters a header, 3,000 a section, and about 13,200 in the JSON of all
// blocks together (msg_blocks_too_long). Ours are below.
constexpr std::size_t kHeaderMax = 150;
constexpr std::size_t kSectionMax = 2900;
constexpr std::size_t kBlocksUnitsMax = 12'000;
constexpr std::size_t kBlocksMax = 45;  // For the page; header, lead, link and footer are besides.
constexpr std::size_t kLeadMax = 600;
constexpr std::size_t kPointMax = 500;
constexpr std::size_t kPointsMax = 12;  // Of one section; who wants more opens the page.
constexpr std::size_t kFallbackMax = 300;
constexpr std::size_t kUrlMax = 300;
constexpr std::size_t kPlainMax = 3400;  // Of 4,000: the address and the footer are besides.

std::string headline(const Notice& notice) {
  return std::string(look_of(notice.verdict).mark) + " " + notice.title;
}

// "🔴 what it says"
std::string line_of(const PagePoint& point) {
  std::string text = slack_plain(point.text, kPointMax);
  if (text.find_first_not_of(' ') == std::string::npos) return {};
  if (point.verdict == triage::Verdict::Safe) return "• " + text;
  return std::string(look_of(point.verdict).mark) + " " + text;
}

// The points of a section as texts of blocks, the first kPointsMax of them.
std::vector<std::string> texts_of(const PageSection& part) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(part.points.size(), kPointsMax); ++i) {
    std::string line = line_of(part.points[i]);
    if (line.empty()) continue;
    if (!texts.empty() && slack_units(texts.back()) + slack_units(line) < kSectionMax) {
      texts.back().append("\n").append(line);
    } else {
      texts.push_back(std::move(line));
    }
  }
  return texts;
}

std::size_t units_of(const bj::value& block) { return slack_units(bj::serialize(block)) + 1; }

// A page whose sections are put in one after the other for as long as there is room.
class Blocks {
 public:
  explicit Blocks(std::size_t units_max) : left_(units_max) {}

  // False: there is no room for the section.
  bool add(const PageSection& part) {
    const std::string title = slack_plain(part.title, kHeaderMax);
    if (title.find_first_not_of(' ') == std::string::npos) return true;
    bj::array own;
    own.push_back(bj::object{{"type", "header"}, {"text", plain_object(title)}});
    for (std::string& text : texts_of(part)) own.push_back(section(plain_object(std::move(text))));
    std::size_t units = 0;
    for (const bj::value& block : own) units += units_of(block);
    if (units > left_ || blocks_.size() + own.size() > kBlocksMax) return false;
    left_ -= units;
    for (bj::value& block : own) blocks_.push_back(std::move(block));
    shown_ += std::min(part.points.size(), kPointsMax);
    return true;
  }
  std::size_t shown() const { return shown_; }
  bj::array take() && { return std::move(blocks_); }

 private:
  bj::array blocks_;
  std::size_t left_;
  std::size_t shown_ = 0;  // Points.
};

// What was left out, and a link to the whole; empty where there is neither.
std::string closing(const NoticePage& page, std::size_t shown) {
  NoticePage rest{{}, page.left_out, {}};
  for (const PageSection& part : page.sections) rest.left_out += part.points.size();
  rest.left_out -= shown;
  std::string text = left_out_line(rest);
  const std::string link = slack_link(page.url, "The whole page");
  if (link.empty()) return text;
  return text.append(text.empty() ? "🔗  " : "  🔗  ").append(link);
}

}  // namespace

bj::object slack_page_message(const Notice& notice, const std::string& footer) {
  const NoticePage& page = *notice.page;
  bj::array all;
  all.push_back(bj::object{{"type", "header"},
                           {"text", plain_object(slack_plain(headline(notice), kHeaderMax))}});
  const std::string lead = slack_plain(notice.narrative, kLeadMax);
  if (lead.find_first_not_of(' ') != std::string::npos) {
    all.push_back(section(plain_object(lead)));
  }
  // With nothing shown the closing is as long as it can be.
  std::size_t others =
      units_of(section(mrkdwn_object(closing(page, 0)))) + units_of(context(plain_object(footer)));
  for (const bj::value& block : all) others += units_of(block);
  Blocks blocks(kBlocksUnitsMax - std::min(others, kBlocksUnitsMax));
  for (const PageSection& part : page.sections) {
    if (!blocks.add(part)) break;
  }
  const std::string end = closing(page, blocks.shown());
  for (bj::value& block : std::move(blocks).take()) all.push_back(std::move(block));
  if (!end.empty()) all.push_back(section(mrkdwn_object(end)));
  all.push_back(context(plain_object(footer)));
  bj::object message = text_only(slack_plain(headline(notice), kFallbackMax));
  message.emplace("blocks", std::move(all));
  return message;
}

bj::object slack_plain_page(const Notice& notice, const std::string& footer) {
  std::string text = slack_plain(headline(notice), kFallbackMax);
  text.append("\n").append(slack_plain(notice.narrative, kLeadMax));
  std::size_t left = kPlainMax - kFallbackMax - kLeadMax;
  for (const PageSection& part : notice.page->sections) {
    for (const PagePoint& point : part.points) {
      const std::string line = line_of(point);
      left = slack_units(line) < left ? left - slack_units(line) - 1 : 0;
      if (left != 0 && !line.empty()) text.append("\n").append(line);
    }
  }
  // An address of ours, as text: Slack's own reading of `text` is not relied on.
  if (!slack_link(notice.page->url, "x").empty()) {
    text.append("\n").append(slack_plain(notice.page->url, kUrlMax));
  }
  return text_only(text.append("\n").append(footer));
}

}  // namespace trailwarden::sink
