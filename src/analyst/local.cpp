#include "analyst/local.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "analyst/advice.h"
#include "analyst/deed.h"
#include "analyst/prose.h"
#include "analyst/who.h"

namespace trailwarden::analyst {
namespace {

using triage::Case;

constexpr std::size_t kTitleMax = 80;
constexpr std::size_t kToldMax = 4;  // Deeds that a sentence can carry.

std::string what_happened(const Case& found, const Who& who) {
  std::string text = who.full;
  const auto& addresses = found.addresses.entries;
  if (!addresses.empty() && !found.is_service) {
    text += ", from " + named(addresses.front().value, 45);
    const std::size_t more = addresses.size() - 1;
    if (found.addresses.others > 0) {
      text += " and many other addresses";
    } else if (more > 0) {
      text += " and " + std::to_string(more) + " other " + (more == 1 ? "address" : "addresses");
    }
    text += ",";
  }
  std::vector<std::string> clauses;
  std::uint64_t calls = 0;
  for (const Deed& deed : gravest_deeds(found, kToldMax)) {
    clauses.push_back(told(deed));
    calls += deed.sum.events;
  }
  text += " " + listed(clauses, " and then ");
  if (found.events > calls) {
    text += ", among " + counted(found.events - calls, "other call") + " of note";
  }
  const std::string when = time_span(found.first, found.last);
  if (!when.empty()) text += ", " + when;
  return text + ".";
}

std::string what_failed(const Case& found) {
  if (found.failed == 0) return {};
  if (found.failed < found.events) {
    return " " + std::to_string(found.failed) + " of " + counted(found.events, "call") + " failed.";
  }
  if (found.events == 1) return " The call failed, so nothing shows yet that it succeeded.";
  return " All " + counted(found.events, "call") +
         " failed, so nothing shows yet that the attempt succeeded.";
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string cut_to_title(const std::string& text) {
  if (characters(text) <= kTitleMax) return text;
  std::size_t end = 0;
  for (std::size_t kept = 0; kept < kTitleMax; ++end) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U) ++kept;
  }
  return text.substr(0, end - 1) + "…";
}

std::string title_of(const Case& found, const Who& who) {
  const std::vector<Deed> deeds = gravest_deeds(found, 2);
  const std::string by = " by " + who.brief;
  if (deeds.empty()) return cut_to_title("Suspicious calls" + by);
  if (deeds.size() == 2 && headline(deeds[0]) != headline(deeds[1])) {
    std::string both = capitalised(headline(deeds[0])) + ", then " + headline(deeds[1]) + by;
    if (characters(both) <= kTitleMax) return both;
  }
  return cut_to_title(capitalised(headline(gravest_deeds(found, 1).front())) + by);
}

}  // namespace

Story tell(const Case& found) {
  const Who who = who_is(found);
  const Advice& advice = advice_for(found);
  std::string narrative = what_happened(found, who) + what_failed(found);
  narrative.append(" ").append(advice.why).append(": ").append(advice.check).append(".");
  return {title_of(found, who), narrative};
}

}  // namespace trailwarden::analyst
