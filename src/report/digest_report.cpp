#include "report/digest_report.h"

#include <cstddef>
#include <string_view>

#include "report/digest_words.h"
#include "report/format.h"
#include "report/markdown_report.h"
#include "report/terminal.h"

namespace trailwarden::report {
namespace {

using digest::Item;
using digest::Page;
using triage::Verdict;

constexpr std::size_t kColumns = 80;
constexpr std::size_t kNameColumns = 40;

// Walks a page in the order in which all media show it.
class Medium {
 public:
  virtual ~Medium() = default;

  std::string render(const Page& page) && {
    begin(digest_title(page), page.lead);
    for (const digest::Part part : digest::kOutline) {
      const digest::Section& section = page.section(part);
      heading(digest::title_of(part));
      if (section.items.empty()) paragraph(section.empty);
      items(section.items);
    }
    groups(page);
    for (const DigestTable& table : digest_tables(page)) {
      heading(table.title);
      rows(table);
    }
    heading("Accounting");
    for (const std::string& line : digest_account(page)) paragraph(line);
    end();
    return std::move(out);
  }

 protected:
  virtual void begin(const std::string& title, const std::string& lead) = 0;
  virtual void heading(std::string_view title) = 0;
  virtual void subheading(std::string_view title) = 0;
  virtual void paragraph(std::string_view text) = 0;
  virtual void items(const std::vector<Item>& items) = 0;
  virtual void rows(const DigestTable& table) = 0;
  virtual void end() {}

  std::string out;

 private:
  void groups(const Page& page) {
    if (page.groups.empty()) return;
    heading(groups_title(page));
    for (const digest::GroupSummary& group : page.groups) {
      subheading(group_title(group));
      items(group.items);
    }
    if (page.other_groups != 0) paragraph(other_groups(page) + ".");
  }
};

std::string name_of(const scan::Row& row) { return row.name.empty() ? "(none)" : row.name; }

class Text final : public Medium {
  void begin(const std::string& title, const std::string& lead) override {
    out += title + '\n' + std::string(columns(title), '=') + "\n\n";
    paragraph(lead);
  }
  void heading(std::string_view title) override {
    out.append("\n").append(title).append("\n").append(columns(title), '-').append("\n");
  }
  void subheading(std::string_view title) override {
    out += '\n';
    paragraph(title);
  }
  void paragraph(std::string_view text) override { wrapped(text, "", ""); }
  void items(const std::vector<Item>& items) override {
    for (const Item& item : items) {
      const std::string mark =
          item.verdict == Verdict::Safe ? "" : "[" + std::string(to_string(item.verdict)) + "] ";
      wrapped(mark + item.text, "* ", "  ");
      if (!item.event_ids.empty()) wrapped("events: " + joined(item.event_ids, ", "), "  ", "  ");
    }
  }
  void rows(const DigestTable& table) override {
    line(pad_right("", kNameColumns) + pad_left("events", 12) + pad_left("dangerous", 12) +
         pad_left("uncertain", 12));
    for (std::size_t i = 0; i < table.shown; ++i) {
      const scan::Row& row = table.rows[i];
      line(pad_right(shorten_middle(printable(name_of(row)), kNameColumns), kNameColumns) +
           pad_left(grouped(row.events), 12) + pad_left(grouped(row.dangerous), 12) +
           pad_left(grouped(row.uncertain), 12));
    }
    if (table.rows.size() > table.shown) {
      line("and " + grouped(table.rows.size() - table.shown) + " more");
    }
  }

  void line(std::string_view text) {
    out += text;
    out += '\n';
  }
  void wrapped(std::string_view text, std::string_view first, std::string_view others) {
    std::string_view indent = first;
    for (const std::string& row : wrap(printable(text), kColumns - others.size())) {
      line(std::string(indent) + row);
      indent = others;
    }
  }
};

class Markdown final : public Medium {
  void begin(const std::string& title, const std::string& lead) override {
    out += "# " + escape_markdown(title) + "\n\n";
    paragraph(lead);
  }
  void heading(std::string_view title) override { out.append("## ").append(title).append("\n\n"); }
  void subheading(std::string_view title) override {
    out += "**" + escape_markdown(title) + "**\n\n";
  }
  void paragraph(std::string_view text) override { out += escape_markdown(text) + "\n\n"; }
  void items(const std::vector<Item>& items) override {
    for (const Item& item : items) {
      out += "- ";
      if (item.verdict != Verdict::Safe) out += "**" + std::string(to_string(item.verdict)) + "** ";
      out += escape_markdown(item.text);
      if (!item.event_ids.empty())
        out += " (" + escape_markdown(joined(item.event_ids, ", ")) + ")";
      out += '\n';
    }
    if (!items.empty()) out += '\n';
  }
  void rows(const DigestTable& table) override {
    out += "| name | events | dangerous | uncertain |\n| --- | ---: | ---: | ---: |\n";
    for (std::size_t i = 0; i < table.shown; ++i) {
      const scan::Row& row = table.rows[i];
      out += "| " + escape_markdown(shorten(printable(name_of(row)), 300)) + " | " +
             grouped(row.events) + " | " + grouped(row.dangerous) + " | " + grouped(row.uncertain) +
             " |\n";
    }
    out += '\n';
    if (table.rows.size() > table.shown) {
      out += "and " + grouped(table.rows.size() - table.shown) + " more.\n\n";
    }
  }
};

// HTML, 13.1.2.4 and 13.3: what has to be written as a reference in text and in quoted attributes.
std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// The verdicts' colours on white, dark enough to be read.
std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Dangerous:
      return "#c41616";
    case Verdict::Uncertain:
      return "#8a7a00";
    case Verdict::Safe:
      return "#1a7f37";
  }
  return "#000000";
}

// Programs for e-mail drop style sheets: every style stands where it is used.
class Html final : public Medium {
  void begin(const std::string& title, const std::string& lead) override {
    out +=
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>" +
        escape_html(title) +
        "</title></head>\n<body style=\"margin:0;background:#f4f5f7\">\n"
        "<div style=\"max-width:720px;margin:0 auto;padding:24px;background:#fff;color:#1f2328;"
        "font:15px/1.5 -apple-system,'Segoe UI',Helvetica,Arial,sans-serif\">\n"
        "<h1 style=\"font-size:22px;line-height:1.3;margin:0 0 8px\">" +
        escape_html(title) + "</h1>\n";
    paragraph(lead);
  }
  void heading(std::string_view title) override {
    out +=
        "<h2 style=\"font-size:17px;margin:24px 0 8px;padding-top:12px;"
        "border-top:1px solid #d8dee4\">" +
        escape_html(title) + "</h2>\n";
  }
  void subheading(std::string_view title) override {
    out += "<h3 style=\"font-size:15px;margin:16px 0 4px;overflow-wrap:anywhere\">" +
           escape_html(title) + "</h3>\n";
  }
  void paragraph(std::string_view text) override {
    out += "<p style=\"margin:4px 0\">" + escape_html(text) + "</p>\n";
  }
  void items(const std::vector<Item>& items) override {
    if (items.empty()) return;
    out += "<ul style=\"margin:4px 0;padding-left:20px\">\n";
    for (const Item& item : items) {
      out += "<li style=\"margin:6px 0;overflow-wrap:anywhere\">";
      if (item.verdict != Verdict::Safe) {
        out.append("<b style=\"color:").append(colour_of(item.verdict)).append("\">");
        out.append(to_string(item.verdict)).append("</b> ");
      }
      out += escape_html(item.text);
      if (!item.event_ids.empty()) {
        out += "<br><span style=\"color:#59636e;font:12px monospace\">" +
               escape_html(joined(item.event_ids, ", ")) + "</span>";
      }
      out += "</li>\n";
    }
    out += "</ul>\n";
  }
  void rows(const DigestTable& table) override {
    out += "<table style=\"border-collapse:collapse;width:100%;font-size:14px\">\n";
    row({"", "events", "dangerous", "uncertain"}, "th");
    for (std::size_t i = 0; i < table.shown; ++i) {
      const scan::Row& each = table.rows[i];
      row({shorten(printable(name_of(each)), 300), grouped(each.events), grouped(each.dangerous),
           grouped(each.uncertain)},
          "td");
    }
    out += "</table>\n";
    if (table.rows.size() > table.shown) {
      paragraph("and " + grouped(table.rows.size() - table.shown) + " more");
    }
  }
  void end() override { out += "</div></body></html>\n"; }

  void row(const std::vector<std::string>& cells, const std::string& tag) {
    std::string_view align = "left";
    out += "<tr>";
    for (const std::string& cell : cells) {
      out.append("<").append(tag).append(" style=\"text-align:").append(align);
      out += ";padding:3px 6px;border-bottom:1px solid #eaeef2;overflow-wrap:anywhere\">";
      out += escape_html(cell) + "</" + tag + ">";
      align = "right";
    }
    out += "</tr>\n";
  }
};

}  // namespace

std::string render_digest_text(const Page& page) { return Text().render(page); }
std::string render_digest_markdown(const Page& page) { return Markdown().render(page); }
std::string render_digest_html(const Page& page) { return Html().render(page); }

}  // namespace trailwarden::report
