#include "digest/facts.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <utility>

#include "analyst/local.h"
#include "analyst/prose.h"
#include "digest/principal.h"
#include "json/writer.h"

namespace trailwarden::digest {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

constexpr std::size_t kNamesMax = 5;       // That a sentence lists.
constexpr std::size_t kRowsMax = 10'000;   // Names of one kind that are kept.
constexpr std::uint64_t kQuietFrom = 100;  // Events before, for silence to be worth a word.

Counts counts_of(const std::vector<scan::Row>& rows) {
  Counts counts;
  for (const scan::Row& row : rows) {
    if (counts.size() == kRowsMax) break;
    if (!row.name.empty()) counts[row.name] = row.events;
  }
  return counts;
}

void write(json::Writer& json, std::string_view key, const Counts& counts) {
  json.key(key).begin_object();
  for (const auto& [name, events] : counts) {
    json.key(name).number(static_cast<std::int64_t>(events));
  }
  json.end_object();
}

std::optional<UnixSeconds> time_in(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

Counts counts_in(const boost::json::object& object, std::string_view key) {
  Counts counts;
  const boost::json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_object()) return counts;
  for (const auto& [name, events] : value->get_object()) {
    if (events.is_int64() && events.get_int64() >= 0) {
      counts[name] = static_cast<std::uint64_t>(events.get_int64());
    }
  }
  return counts;
}

// "alice, bob and 3 more"
std::string some(const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() == kNamesMax) break;
    shown.push_back(told_principal(name));
  }
  if (names.size() > kNamesMax) shown.push_back(std::to_string(names.size() - kNamesMax) + " more");
  return analyst::listed(shown);
}

std::vector<std::string> missing(const Counts& from, const Counts& in, std::uint64_t at_least) {
  std::vector<std::string> names;
  for (const auto& [name, events] : in) {
    if (events >= at_least && !from.contains(name)) names.push_back(name);
  }
  return names;
}

void tell_names(const char* noun, const Counts& before, const Counts& now,
                std::vector<Item>& items) {
  const auto tell = [&](const char* what, const std::vector<std::string>& names) {
    if (names.empty()) return;
    const std::string many = names.size() == 1 ? "" : "s";
    items.push_back({what + (" " + std::string(noun)) + many + ": " + some(names) + ".", {}, {}});
  };
  tell("New", missing(before, now, 1));
  tell("No longer heard of", missing(now, before, kQuietFrom));
}

// Events a day, so that periods of different length can be compared.
double a_day(const Facts& facts) {
  constexpr double kDay = 86'400;
  const double days =
      facts.first && facts.last ? static_cast<double>(*facts.last - *facts.first) / kDay : 0;
  return static_cast<double>(facts.events) / std::max(days, 1.0 / 24);
}

void tell_volume(const Facts& before, const Facts& now, std::vector<Item>& items) {
  const double ratio = a_day(now) / std::max(a_day(before), 1.0);
  if (ratio < 1.5 && ratio > 1 / 1.5) return;
  const auto whole = [](double value) { return std::to_string(static_cast<std::int64_t>(value)); };
  const std::string more = ratio > 1 ? "More" : "Fewer";
  items.push_back(
      {more + " events: " + whole(a_day(now)) + " a day, " + whole(a_day(before)) + " before.",
       {}});
}

void tell_cases(const Facts& before, const Facts& now, std::vector<Item>& items) {
  for (const auto& [id, title] : now.cases) {
    if (!before.cases.contains(id)) continue;
    std::string text = "Goes on: ";
    text.append(title).append(" (").append(id).append(").");
    items.push_back({std::move(text), {}});
  }
}

}  // namespace

Facts facts_of(const scan::ScanResult& result) {
  Facts facts{.first = result.first, .last = result.last, .events = result.counts.judged};
  facts.users = counts_of(result.users);
  facts.services = counts_of(result.services);
  facts.regions = counts_of(result.regions);
  for (const triage::Case& found : result.cases) {
    facts.cases[found.id] = analyst::tell(found).title;
  }
  return facts;
}

std::string to_json(const Facts& facts) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  if (facts.first) json.key("first").number(*facts.first);
  if (facts.last) json.key("last").number(*facts.last);
  json.key("events").number(static_cast<std::int64_t>(facts.events));
  write(json, "users", facts.users);
  write(json, "services", facts.services);
  write(json, "regions", facts.regions);
  json.key("cases").begin_object();
  for (const auto& [id, title] : facts.cases) json.key(id).string(title);
  json.end_object().end_object();
  return text;
}

Result<Facts> facts_from_json(std::string_view text) {
  boost::system::error_code broken;
  const boost::json::value value = boost::json::parse(text, broken);
  if (broken || !value.is_object()) return fail(ErrorCode::Syntax, "is no summary of a digest", "");
  const boost::json::object& object = value.get_object();
  const auto events = time_in(object, "events");
  if (!events || *events < 0) return fail(ErrorCode::Syntax, "is no summary of a digest", "");
  Facts facts{.first = time_in(object, "first"), .last = time_in(object, "last")};
  facts.events = static_cast<std::uint64_t>(*events);
  facts.users = counts_in(object, "users");
  facts.services = counts_in(object, "services");
  facts.regions = counts_in(object, "regions");
  if (const auto* cases = object.if_contains("cases"); cases != nullptr && cases->is_object()) {
    for (const auto& [id, title] : cases->get_object()) {
      if (title.is_string()) facts.cases[id] = title.get_string();
    }
  }
  return facts;
}

std::vector<Item> changes(const Facts& before, const Facts& now) {
  std::vector<Item> items;
  tell_names("region", before.regions, now.regions, items);
  tell_names("service", before.services, now.services, items);
  tell_names("principal", before.users, now.users, items);
  tell_volume(before, now, items);
  tell_cases(before, now, items);
  return items;
}

}  // namespace trailwarden::digest
