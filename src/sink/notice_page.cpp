#include "sink/notice_page.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/code_point.h"

namespace trailwarden::sink {
namespace {

std::size_t points_of(const NoticePage& page) {
  std::size_t points = 0;
  for (const PageSection& section : page.sections) points += section.points.size();
  return points;
}

// The first `sections` sections.
NoticePage first_sections(const NoticePage& page, std::size_t sections) {
  NoticePage part{{}, page.left_out + points_of(page), page.url};
  part.sections.assign(page.sections.begin(),
                       page.sections.begin() + static_cast<std::ptrdiff_t>(sections));
  part.left_out -= points_of(part);
  return part;
}

// The first `points` points of the first section.
NoticePage first_points(const NoticePage& page, std::size_t points) {
  NoticePage part{{}, page.left_out + points_of(page) - points, page.url};
  if (points == 0) return part;
  const PageSection& first = page.sections.front();
  part.sections.push_back({first.title, {}});
  part.sections.front().points.assign(first.points.begin(),
                                      first.points.begin() + static_cast<std::ptrdiff_t>(points));
  return part;
}

// The largest number from `most` down for which `fits` holds; 0 where none does.
std::size_t largest(std::size_t most, const std::function<bool(std::size_t)>& fits) {
  std::size_t good = 0;
  while (good < most) {
    const std::size_t middle = most - (most - good) / 2;
    if (fits(middle)) {
      good = middle;
    } else {
      most = middle - 1;
    }
  }
  return good;
}

// UTF-8 whatever came: the texts are a model's and a log's.
void append_text(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    const std::size_t bytes = std::max<std::size_t>(1, c.bytes);
    if (c.bytes == 0) {
      out += "\uFFFD";
    } else if (!is_deceptive(c.value)) {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
}

void append_point(std::string& out, const PagePoint& point) {
  out += "- ";
  if (point.verdict != triage::Verdict::Safe) {
    out.append("[").append(triage::to_string(point.verdict)).append("] ");
  }
  append_text(out, point.text);
  std::string_view before = "\n  events: ";
  for (const std::string& id : point.event_ids) {
    append_text(out.append(before), id);
    before = ", ";
  }
  out += '\n';
}

}  // namespace

NoticePage fitted(const NoticePage& page, const std::function<bool(const NoticePage&)>& fits) {
  if (fits(page)) return page;
  const std::size_t sections = largest(
      page.sections.size(), [&](std::size_t count) { return fits(first_sections(page, count)); });
  if (sections > 0 || page.sections.empty()) return first_sections(page, sections);
  const std::size_t points = largest(page.sections.front().points.size(), [&](std::size_t count) {
    return fits(first_points(page, count));
  });
  return first_points(page, points);
}

std::string left_out_line(const NoticePage& page) {
  std::string line;
  if (page.left_out != 0) {
    line = std::to_string(page.left_out) + (page.left_out == 1 ? " line" : " lines") +
           " of the page had no room here.";
  }
  if (page.url.empty()) return line;
  return line.append(line.empty() ? "" : " ").append("The whole page: ").append(page.url);
}

std::string page_text(const Notice& notice) {
  std::string out;
  append_text(out, notice.title);
  append_text(out += "\n\n", notice.narrative);
  out += "\n";
  for (const PageSection& section : notice.page->sections) {
    append_text(out += "\n", section.title);
    out += "\n";
    for (const PagePoint& point : section.points) append_point(out, point);
  }
  const std::string left_out = left_out_line(*notice.page);
  if (!left_out.empty()) out.append("\n").append(left_out).append("\n");
  if (!notice.footer.empty()) append_text(out += "\n", notice.footer);
  return out += "\n";
}

}  // namespace trailwarden::sink
