#include "sink/slack_message.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "sink/slack_blocks.h"
#include "sink/slack_page.h"
#include "sink/slack_text.h"

namespace trailwarden::sink {
namespace {

namespace bj = boost::json;
using triage::Verdict;

// Slack's limits, and ours below them: all of a message's blocks must stay under about 13,200
// characters together (msg_blocks_too_long).
constexpr std::size_t kHeaderMax = 150;
constexpr std::size_t kNarrativeMax = 1200;
constexpr std::size_t kExplanationMax = 1200;
constexpr std::size_t kStepMax = 240;
constexpr std::size_t kStepsMax = 4;
constexpr std::size_t kValueMax = 160;
constexpr std::size_t kAgentMax = 70;
constexpr std::size_t kWhyMax = 280;
constexpr std::size_t kFindingTitleMax = 120;
constexpr std::size_t kFindingsMax = 3;
constexpr std::size_t kCallsMax = 4;
constexpr std::size_t kTechniquesMax = 8;
constexpr std::size_t kUrlMax = 300;
constexpr std::size_t kFooterMax = 200;
constexpr std::size_t kFallbackMax = 300;
constexpr std::size_t kPlainMax = 3500;

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string capitalised(std::string_view word) {
  std::string text(word);
  if (!text.empty()) text.front() = ascii_upper(text.front());
  return text;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

// Slack refuses texts with nothing to see in them.
void add_plain(bj::array& blocks, std::string text) {
  if (text.find_first_not_of(' ') == std::string::npos) return;
  blocks.push_back(section(plain_object(std::move(text))));
}

// --- What is said -----------------------------------------------------------------------------

// "Dangerous: access key created by user mallory"
std::string headline(const Notice& notice) {
  if (notice.kind == NoticeKind::Test) return "🔔 " + notice.title;
  const Look look = look_of(notice.verdict);
  std::string text = std::string(look.mark) + " " + std::string(look.word);
  return text.append(" · ").append(notice.title);
}

// What is new, for the first line of a reply.
std::string news(const Notice& notice) {
  const Look look = look_of(notice.verdict);
  if (notice.kind == NoticeKind::Opinion) {
    const Verdict said = notice.opinion ? notice.opinion->verdict : notice.verdict;
    return std::string(look_of(said).mark) + " *A language model calls this case " +
           std::string(triage::to_string(said)) + "*";
  }
  std::string text = std::string(look.mark) + " *";
  if (notice.before && *notice.before != notice.verdict) {
    const bool rose = notice.verdict > *notice.before;
    text += rose ? "Raised from " : "Changed from ";
    text.append(triage::to_string(*notice.before)).append(" to ");
    text.append(triage::to_string(notice.verdict));
  } else {
    text += look.word;
  }
  return text + "* · risk " + std::to_string(notice.risk) + " of 100 · " +
         counted(notice.events, "event");
}

// "2026-03-03 02:11 – 02:26 UTC"
std::string when(const Notice& notice) {
  if (!notice.first) return {};
  const std::string first = format_utc(*notice.first);
  const std::string last = format_utc(notice.last.value_or(*notice.first));
  const auto day = [](const std::string& time) { return time.substr(0, 10); };
  const auto minute = [](const std::string& time) { return time.substr(11, 5); };
  std::string text = day(first) + " " + minute(first);
  if (day(last) != day(first)) {
    text += " – " + day(last) + " " + minute(last);
  } else if (minute(last) != minute(first)) {
    text += " – " + minute(last);
  }
  return text + " UTC";
}

// Ten boxes that fill up.
std::string risk_bar(std::uint8_t risk) {
  std::string bar;
  for (int box = 0; box < 10; ++box) bar += box * 10 + 5 <= risk ? "▰" : "▱";
  return bar;
}

// "`a` `b` and 3 more"
std::string codes(const std::vector<std::string>& values, std::size_t shown_max) {
  std::string text;
  std::size_t shown = 0;
  for (const std::string& value : values) {
    if (shown == shown_max) break;
    const std::string code = slack_code(value, kValueMax);
    if (code.empty()) continue;
    text.append(text.empty() ? "" : " ").append(code);
    ++shown;
  }
  if (values.size() > shown && shown > 0) {
    text += " and " + std::to_string(values.size() - shown) + " more";
  }
  return text;
}

std::string calls(const Notice& notice) {
  std::string text;
  std::size_t shown = 0;
  for (const NoticeAction& action : notice.actions) {
    if (shown++ == kCallsMax) {
      text += "\nand " + std::to_string(notice.actions.size() - kCallsMax) + " more";
      break;
    }
    const std::string code = slack_code(action.name, kValueMax);
    if (code.empty()) continue;
    text.append(text.empty() ? "" : "\n").append(code);
    if (action.events > 1) text += " × " + grouped(action.events);
    if (action.failed > 0) {
      text +=
          action.failed == action.events ? " (failed)" : " (" + grouped(action.failed) + " failed)";
    }
  }
  return text;
}

std::string place_of(const Notice& notice) {
  std::string text = slack_code(notice.account, kValueMax);
  const std::string regions = codes(notice.regions, 3);
  if (!regions.empty()) text.append(text.empty() ? "" : "\n").append(regions);
  return text;
}

std::string from_where(const Notice& notice) {
  std::string text = codes(notice.addresses, 2);
  if (notice.agents.empty()) return text;
  const std::string agent = slack_code(notice.agents.front(), kAgentMax);
  if (!agent.empty()) text.append(text.empty() ? "" : "\n").append(agent);
  return text;
}

std::string who(const Notice& notice) {
  if (!notice.principal.empty()) return slack_code(notice.principal, kValueMax);
  return slack_code(notice.actor.empty() ? notice.user : notice.actor, kValueMax);
}

std::string risk(const Notice& notice) {
  std::string text = risk_bar(notice.risk) + " " + std::to_string(notice.risk) + " of 100\n" +
                     counted(notice.events, "event");
  if (notice.failed > 0) text += ", " + grouped(notice.failed) + " failed";
  return text;
}

void add_field(bj::array& fields, std::string_view label, const std::string& value) {
  if (value.empty()) return;
  fields.push_back(mrkdwn_object("*" + std::string(label) + "*\n" + value));
}

bj::array fields_of(const Notice& notice) {
  bj::array fields;
  add_field(fields, "Who", who(notice));
  add_field(fields, "Did what", calls(notice));
  add_field(fields, "From where", from_where(notice));
  add_field(fields, "When", when(notice));
  add_field(fields, "Account", place_of(notice));
  if (notice.kind != NoticeKind::Test) add_field(fields, "Risk", risk(notice));
  return fields;
}

bool is_technique(std::string_view id) {
  const auto digits = [](std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (id.size() != 5 && id.size() != 9) return false;
  return id[0] == 'T' && digits(id.substr(1, 4)) &&
         (id.size() == 5 || (id[5] == '.' && digits(id.substr(6))));
}

// "T1098.001" with a link to what MITRE says of it.
std::string technique_link(const std::string& id) {
  std::string path = id;
  std::replace(path.begin(), path.end(), '.', '/');
  return slack_link("https://attack.mitre.org/techniques/" + path + "/", id);
}

std::string attack(const Notice& notice) {
  std::string text;
  std::size_t shown = 0;
  for (const std::string& id : notice.techniques) {
    if (!is_technique(id) || shown == kTechniquesMax) continue;
    text.append(shown++ == 0 ? "*ATT&amp;CK*  " : "  ·  ").append(technique_link(id));
  }
  return text;
}

std::string links(const Notice& notice) {
  std::string text;
  const auto add = [&](const std::string& link) {
    if (!link.empty()) text.append(text.empty() ? "" : "   ·   ").append(link);
  };
  add(slack_link(notice.dashboard_url, "Open the case"));
  add(slack_link(console_url(notice.event_id, notice.event_region), "Event in the AWS console"));
  return text.empty() ? text : "🔗  " + text;
}

std::string finding_text(const NoticeFinding& finding) {
  std::string text = "• " + capitalised(sigma::to_string(finding.level)) + " · " +
                     slack_plain(finding.title, kFindingTitleMax);
  if (finding.events > 1) text += " (" + counted(finding.events, "event") + ")";
  if (!finding.why.empty()) text += "\n   " + slack_plain(finding.why, kWhyMax);
  return text;
}

std::string findings_text(const Notice& notice, std::size_t most) {
  std::string text;
  for (const NoticeFinding& finding : notice.findings) {
    if (most-- == 0) break;
    text.append(text.empty() ? "" : "\n").append(finding_text(finding));
  }
  return text;
}

std::string opinion_label(const NoticeOpinion& opinion) {
  return "*Model's opinion: " + std::string(triage::to_string(opinion.verdict)) + "*" +
         (opinion.counted ? "  (it settled the verdict)" : "");
}

std::string opinion_text(const NoticeOpinion& opinion) {
  std::string text = slack_plain(opinion.explanation, kExplanationMax);
  std::size_t shown = 0;
  for (const std::string& step : opinion.next_steps) {
    if (shown == kStepsMax) break;
    if (shown == 0) text.append(text.empty() ? "" : "\n\n").append("What to do next");
    text.append("\n").append(std::to_string(++shown)).append(". ");
    text += slack_plain(step, kStepMax);
  }
  return text;
}

std::string footer(const Notice& notice, SlackForm form) {
  std::string text = notice.case_id.empty() ? "Trailwarden" : "Trailwarden · " + notice.case_id;
  if (notice.opinion && !notice.opinion->model.empty()) text += " · " + notice.opinion->model;
  if (!notice.footer.empty()) text += " · " + notice.footer;
  if (form.may_repeat) text += " · may be a repeat: Slack did not say whether it arrived before";
  return slack_plain(text, kFooterMax);
}

// --- Putting it together ----------------------------------------------------------------------

void add_opinion(const Notice& notice, bj::array& blocks) {
  if (!notice.opinion) return;
  blocks.push_back(context(mrkdwn_object(opinion_label(*notice.opinion))));
  add_plain(blocks, opinion_text(*notice.opinion));
}

void add_closing(const Notice& notice, SlackForm form, bj::array& blocks) {
  if (const std::string text = links(notice); !text.empty()) {
    blocks.push_back(section(mrkdwn_object(text)));
  }
  blocks.push_back(context(plain_object(footer(notice, form))));
}

bj::array root_blocks(const Notice& notice, SlackForm form) {
  bj::array blocks;
  if (notice.kind == NoticeKind::Raised) blocks.push_back(section(mrkdwn_object(news(notice))));
  add_plain(blocks, slack_plain(notice.narrative, kNarrativeMax));
  if (bj::array fields = fields_of(notice); !fields.empty()) {
    blocks.push_back(bj::object{{"type", "section"}, {"fields", std::move(fields)}});
  }
  add_plain(blocks, findings_text(notice, kFindingsMax));
  if (const std::string text = attack(notice); !text.empty()) {
    blocks.push_back(context(mrkdwn_object(text)));
  }
  if (notice.opinion) blocks.push_back(bj::object{{"type", "divider"}});
  add_opinion(notice, blocks);
  add_closing(notice, form, blocks);
  return blocks;
}

bj::array thread_blocks(const Notice& notice, SlackForm form) {
  bj::array blocks;
  if (notice.kind == NoticeKind::Opinion) {
    if (notice.opinion) add_plain(blocks, opinion_text(*notice.opinion));
  } else {
    add_plain(blocks, slack_plain(notice.narrative, kNarrativeMax));
    add_plain(blocks, findings_text(notice, 1));
  }
  add_closing(notice, form, blocks);
  return blocks;
}

Verdict colour_of(const Notice& notice, SlackForm form) {
  const bool is_opinion = form.place == SlackPlace::Thread && notice.kind == NoticeKind::Opinion;
  return is_opinion && notice.opinion ? notice.opinion->verdict : notice.verdict;
}

}  // namespace

bj::object slack_message(const Notice& notice, SlackForm form) {
  if (notice.page) return slack_page_message(notice, footer(notice, form));
  const bool is_root = form.place == SlackPlace::Root;
  const std::string fallback = slack_plain(headline(notice), kFallbackMax);
  bj::object message = text_only(fallback);
  bj::array top;
  // With blocks of its own, `text` is what notifications and screen readers say.
  if (is_root) {
    top.push_back(bj::object{{"type", "header"},
                             {"text", plain_object(slack_plain(headline(notice), kHeaderMax))}});
  } else {
    top.push_back(section(mrkdwn_object(news(notice))));
  }
  message.emplace("blocks", std::move(top));
  message.emplace(
      "attachments",
      bj::array{{{"color", std::string(look_of(colour_of(notice, form)).colour)},
                 {"fallback", fallback},
                 {"blocks", is_root ? root_blocks(notice, form) : thread_blocks(notice, form)}}});
  return message;
}

bj::object slack_plain_message(const Notice& notice, SlackForm form) {
  if (notice.page) return slack_plain_page(notice, footer(notice, form));
  std::string text = slack_plain(headline(notice), kFallbackMax);
  const auto add = [&](const std::string& line) {
    if (!line.empty()) text.append("\n").append(line);
  };
  add(slack_plain(notice.narrative, kNarrativeMax));
  add(slack_plain(notice.principal, kValueMax));
  add(findings_text(notice, kFindingsMax));
  if (notice.opinion) add(opinion_text(*notice.opinion));
  // Addresses of ours; as text, so that nothing but Slack's own reading of `text` is relied on.
  for (const std::string& url :
       {notice.dashboard_url, console_url(notice.event_id, notice.event_region)}) {
    if (!slack_link(url, "x").empty()) add(slack_plain(url, kUrlMax));
  }
  add(footer(notice, form));
  return text_only(slack_units(text) > kPlainMax ? slack_plain(headline(notice), kFallbackMax)
                                                 : text);
}

}  // namespace trailwarden::sink
