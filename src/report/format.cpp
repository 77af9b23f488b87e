#include "report/format.h"

#include <algorithm>

namespace trailwarden::report {

std::string moment(std::optional<UnixSeconds> time) {
  if (!time) return "no time";
  std::string text = format_utc(*time);
  text[10] = ' ';
  text.pop_back();
  return text;
}

std::string period(std::optional<UnixSeconds> first, std::optional<UnixSeconds> last) {
  if (!first || !last) return "no usable times";
  const std::string begin = moment(first).substr(0, 16);
  const std::string end = moment(last).substr(0, 16);
  if (begin == end) return begin + " UTC";
  const bool same_day = begin.substr(0, 10) == end.substr(0, 10);
  return begin + " – " + (same_day ? end.substr(11) : end) + " UTC";
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, ",");
  }
  return digits;
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return grouped(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::string some_of(const triage::Distinct& values) {
  constexpr std::size_t kShown = 4;
  const std::size_t shown = std::min(kShown, values.entries.size());
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + values.entries[i].value;
  if (values.entries.size() > shown || values.others != 0) text += " and others";
  return text;
}

}  // namespace trailwarden::report
