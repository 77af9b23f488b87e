#include "report/digest_notice.h"

#include <algorithm>
#include <utility>

#include "report/digest_words.h"
#include "report/format.h"
#include "report/terminal.h"

namespace trailwarden::report {
namespace {

constexpr std::size_t kTitleMax = 150;

sink::PageSection section_of(std::string_view title, const std::vector<digest::Item>& items) {
  sink::PageSection section{shorten(printable(title), kTitleMax), {}};
  for (const digest::Item& item : items) {
    section.points.push_back({item.text, item.verdict, item.event_ids});
  }
  return section;
}

sink::PageSection section_of(const DigestTable& table) {
  sink::PageSection section{std::string(table.title), {}};
  for (std::size_t i = 0; i < table.shown; ++i) {
    const scan::Row& row = table.rows[i];
    std::string text = row.name.empty() ? "(none)" : shorten(printable(row.name), kTitleMax);
    text += ": " + plural(row.events, "event");
    if (row.dangerous != 0) text += ", " + grouped(row.dangerous) + " dangerous";
    if (row.uncertain != 0) text += ", " + grouped(row.uncertain) + " uncertain";
    section.points.push_back({std::move(text), triage::Verdict::Safe, {}});
  }
  if (table.rows.size() > table.shown) {
    section.points.push_back({"and " + grouped(table.rows.size() - table.shown) + " more", {}, {}});
  }
  return section;
}

triage::Verdict gravest(const digest::Page& page) {
  triage::Verdict verdict = triage::Verdict::Safe;
  for (const digest::Item& item : page.section(digest::Part::Matters).items) {
    verdict = std::max(verdict, item.verdict);
  }
  return verdict;
}

sink::NoticePage sections_of(const digest::Page& page) {
  sink::NoticePage told;
  for (const digest::Part part : digest::kOutline) {
    const digest::Section& section = page.section(part);
    told.sections.push_back(section_of(digest::title_of(part), section.items));
    if (section.items.empty()) told.sections.back().points.push_back({section.empty, {}, {}});
  }
  for (const digest::GroupSummary& group : page.groups) {
    told.sections.push_back(
        section_of(groups_title(page) + ": " + group_title(group), group.items));
  }
  if (page.other_groups != 0) told.sections.back().points.push_back({other_groups(page), {}, {}});
  for (const DigestTable& table : digest_tables(page)) told.sections.push_back(section_of(table));
  told.sections.push_back({"Accounting", {}});
  for (const std::string& line : digest_account(page)) {
    told.sections.back().points.push_back({line, {}, {}});
  }
  return told;
}

}  // namespace

sink::Notice digest_notice(const digest::Page& page, DigestNews news) {
  sink::Notice notice;
  notice.kind = sink::NoticeKind::Digest;
  notice.case_id = std::move(news.id);
  notice.verdict = gravest(page);
  notice.title = digest_title(page);
  notice.narrative = page.lead;
  notice.first = page.first;
  notice.last = page.last;
  notice.events = page.counts.judged;
  notice.footer = std::move(news.footer);
  notice.page = sections_of(page);
  notice.page->url = std::move(news.url);
  return notice;
}

}  // namespace trailwarden::report
