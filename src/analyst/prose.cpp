#include "analyst/prose.h"

#include <algorithm>

#include "base/utc_time.h"
#include "triage/log_text.h"

namespace trailwarden::analyst {
namespace {

bool is_plain(char c) {
  constexpr std::string_view kMarks = "_+=,.@/:-";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

struct Moment {
  std::string day;     // "3 March 2026"
  std::string minute;  // "02:11"
};

Moment moment_of(std::int64_t time) {
  constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
  const std::string iso = format_utc(time);  // "2026-03-03T02:11:07Z"
  const auto two_digits = [&](std::size_t at) {
    return static_cast<std::size_t>(iso[at] - '0') * 10 +
           static_cast<std::size_t>(iso[at + 1] - '0');
  };
  std::string day = std::to_string(two_digits(8)) + " ";
  day.append(kMonths[two_digits(5) - 1]).append(" ").append(iso, 0, 4);
  return {day, iso.substr(11, 5)};
}

}  // namespace

std::string named(std::string_view text, std::size_t characters_max) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) {
    return triage::shown(text, characters_max);
  }
  std::string safe = triage::shown(text, characters_max);
  replace_all(safe, "“", "\"");
  replace_all(safe, "”", "\"");
  return "“" + safe + "”";
}

std::string_view resource_name(std::string_view arn) {
  if (!arn.starts_with("arn:")) return arn;
  std::string_view rest = arn;
  for (int colons = 0; colons < 5; ++colons) {
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos) return arn;
    rest.remove_prefix(colon + 1);
  }
  // "secret:prod/db" keeps its path, IAM's paths ("role/ops/Deploy") are no part of the name.
  const bool is_iam = arn.find(":iam::") != std::string_view::npos;
  const std::size_t cut = is_iam ? rest.rfind('/') : rest.find_first_of(":/");
  const std::string_view name = cut == std::string_view::npos ? rest : rest.substr(cut + 1);
  return name.empty() ? arn : name;
}

std::string_view service_of(std::string_view source) { return source.substr(0, source.find('.')); }

std::string listed(const std::vector<std::string>& items, std::string_view last_joint) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? last_joint : std::string_view(", ");
    text += items[i];
  }
  return text;
}

std::string with_article(std::string_view noun) {
  // Spoken letter by letter, these begin with a vowel as well.
  constexpr std::string_view kSpelled[] = {"MFA ", "S3 ", "SSM ", "SSH "};
  const bool vowel =
      (!noun.empty() && std::string_view("aeioAEIO").find(noun.front()) != noun.npos) ||
      std::any_of(std::begin(kSpelled), std::end(kSpelled),
                  [&](std::string_view start) { return noun.starts_with(start); });
  return (vowel ? "an " : "a ") + std::string(noun);
}

std::string time_span(std::optional<std::int64_t> first, std::optional<std::int64_t> last) {
  if (!first || !last) return {};
  const Moment from = moment_of(*first);
  const Moment to = moment_of(*last);
  if (from.day != to.day) {
    return "between " + from.minute + " UTC on " + from.day + " and " + to.minute + " UTC on " +
           to.day;
  }
  if (from.minute == to.minute) return "at " + from.minute + " UTC on " + from.day;
  return "between " + from.minute + " and " + to.minute + " UTC on " + from.day;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  std::string text = std::to_string(number) + " " + std::string(noun);
  return number == 1 ? text : text + "s";
}

std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text;
}

}  // namespace trailwarden::analyst
