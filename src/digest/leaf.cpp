#include "digest/leaf.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "analyst/prose.h"
#include "base/utc_time.h"
#include "digest/principal.h"
#include "json/writer.h"
#include "triage/log_text.h"

namespace trailwarden::digest {
namespace {

using triage::Verdict;

constexpr std::size_t kTextMax = 100;   // Characters of a value.
constexpr std::size_t kValuesTold = 3;  // Of one kind, of a line.
constexpr std::size_t kRangesMax = 200;

// "2026-03-11 02:11" of the first, and of the last what differs: a day is enough to a reader.
std::string span_of(std::optional<UnixSeconds> from, std::optional<UnixSeconds> to) {
  if (!from || !to) return "";
  std::string first = format_utc(*from).replace(10, 1, " ").substr(0, 16);
  const std::string last = format_utc(*to).replace(10, 1, " ").substr(0, 16);
  if (first == last) return first;
  return first + ".." + (first.substr(0, 10) == last.substr(0, 10) ? last.substr(11) : last);
}

// Numbers of labels as "e1-e40", "e44": labels that follow each other are written as one.
std::vector<std::string> ranges_of(const std::vector<std::size_t>& numbers) {
  std::vector<std::string> ranges;
  for (std::size_t at = 0; at < numbers.size();) {
    std::size_t end = at + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    std::string range = label_of(numbers[at]);
    if (end - at > 1) range += "-" + label_of(numbers[end - 1]);
    ranges.push_back(std::move(range));
    at = end;
  }
  return ranges;
}

std::string call_of(const Line& line) {
  return triage::shown(std::string(analyst::service_of(line.source)) + " " + line.name, kTextMax);
}

// How texts of a log are told to a model.
class Telling {
 public:
  explicit Telling(analyst::Names* names) : names_(names) {}

  // Where names may stand among other words.
  std::string text(std::string_view from) const {
    return triage::shown(names_ == nullptr ? std::string(from) : names_->hide(from), kTextMax);
  }
  // What is a name as a whole.
  std::string name(std::string_view from) const {
    return triage::shown(names_ == nullptr ? std::string(from) : names_->hide_name(from), kTextMax);
  }
  // "user ada", "role Deploy": the first word says what the name is of.
  std::string principal(std::string_view from) const {
    if (from.empty()) return "(none)";
    const std::string principal = short_principal(from);
    for (const std::string_view kind : {"user ", "role "}) {
      if (principal.starts_with(kind)) {
        return std::string(kind) + name(std::string_view(principal).substr(kind.size()));
      }
    }
    return name(principal);
  }

 private:
  analyst::Names* names_;
};

// What the lines of one user have in common.
struct User {
  std::string name, account;
  Values addresses, regions;
  std::optional<UnixSeconds> first, last;
  std::vector<const Line*> lines;
};

void add(Values& sum, const Values& values) {
  sum.others += values.others;
  for (const Values::Entry& entry : values.entries) {
    const auto same = [&](const Values::Entry& each) { return each.value == entry.value; };
    const auto found = std::find_if(sum.entries.begin(), sum.entries.end(), same);
    if (found != sum.entries.end()) {
      found->events += entry.events;
    } else if (sum.entries.size() < kValuesMax) {
      sum.entries.push_back(entry);
    } else {
      sum.others += entry.events;
    }
  }
  std::stable_sort(sum.entries.begin(), sum.entries.end(),
                   [](const auto& left, const auto& right) { return left.events > right.events; });
}

// In the order in which they are first met: the one with the worst line first.
std::vector<User> users_of(const Group& group, const Telling& telling) {
  std::vector<User> users;
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> places;
  for (const Line& line : group.lines) {
    const auto [place, is_new] = places.try_emplace({line.user, line.account}, users.size());
    if (is_new) {
      users.push_back(
          {telling.principal(line.user), telling.name(line.account), {}, {}, {}, {}, {}});
    }
    User& user = users[place->second];
    add(user.addresses, line.addresses);
    add(user.regions, line.regions);
    if (line.first) user.first = std::min(user.first.value_or(*line.first), *line.first);
    if (line.last) user.last = std::max(user.last.value_or(*line.last), *line.last);
    user.lines.push_back(&line);
  }
  return users;
}

class Writing {
 public:
  Writing(Labels& labels, const Telling& telling)
      : labels_(labels), telling_(telling), json_(text_) {}

  // A line that no rule minds: what is called how often, and with which error. Where from and when
  // stand with its user; thousands of such lines are what most prompts would consist of.
  std::string plain(const Line& line) && {
    json_.begin_array();
    json_.string(call_of(line));
    json_.number(static_cast<std::int64_t>(line.events));
    if (!line.error.empty()) json_.string(triage::shown(line.error, kTextMax));
    json_.end_array();
    return std::move(text_);
  }

  // A line as one JSON object; the numbers of its labels go to `events`.
  std::string whole(const Line& line, std::set<std::size_t>& events) && {
    json_.begin_object();
    if (line.verdict != Verdict::Safe) json_.key("verdict").string(to_string(line.verdict));
    json_.key("call").string(call_of(line));
    text("error", line.error);
    json_.key("n").number(static_cast<std::int64_t>(line.events));
    text("when", span_of(line.first, line.last));
    values("from", line.addresses, &Telling::name);
    values("region", line.regions);
    values("about", line.targets, &Telling::name);
    if (line.verdict != Verdict::Safe) values("with", line.agents, &Telling::text);
    list("rules", line.rules);
    list("events", ranges_of(numbers(line, events)));
    json_.end_object();
    return std::move(text_);
  }

  // The beginning of a user's object, up to and with the bracket of his calls.
  std::string head(const User& user) && {
    json_.begin_object();
    json_.key("user").string(user.name);
    if (!user.account.empty()) json_.key("account").string(user.account);
    text("when", span_of(user.first, user.last));
    values("from", user.addresses, &Telling::name);
    values("region", user.regions);
    json_.key("calls").begin_array();
    return std::move(text_);
  }

 private:
  void text(std::string_view key, std::string_view value) {
    if (!value.empty()) json_.key(key).string(triage::shown(value, kTextMax));
  }
  void list(std::string_view key, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    json_.key(key).begin_array();
    for (std::size_t i = 0; i < std::min(texts.size(), kRangesMax); ++i) {
      json_.string(triage::shown(texts[i], kTextMax));
    }
    json_.end_array();
  }
  void values(std::string_view key, const Values& values,
              std::string (Telling::*tell)(std::string_view) const = nullptr) {
    if (values.entries.empty()) return;
    json_.key(key).begin_array();
    const std::size_t told = std::min(values.entries.size(), kValuesTold);
    for (std::size_t i = 0; i < told; ++i) {
      const std::string& value = values.entries[i].value;
      json_.string(tell == nullptr ? triage::shown(value, kTextMax) : (telling_.*tell)(value));
    }
    std::uint64_t others = values.others;
    for (std::size_t i = told; i < values.entries.size(); ++i) others += values.entries[i].events;
    if (others != 0) json_.string("others, " + std::to_string(others) + " times");
    json_.end_array();
  }
  std::vector<std::size_t> numbers(const Line& line, std::set<std::size_t>& events) {
    std::vector<std::size_t> numbers;
    for (const Occurrence& each : line.occurrences) {
      numbers.push_back(labels_.number_of(each.event_id));
      events.insert(numbers.back());
    }
    return numbers;
  }

  Labels& labels_;
  const Telling& telling_;
  std::string text_;
  json::Writer json_;
};

// Puts lines into leaves, and users around lines.
class Packing {
 public:
  Packing(std::size_t bytes_max, Labels& labels, const Telling& telling)
      : bytes_max_(bytes_max), labels_(labels), telling_(telling) {}

  void add(const User& user) {
    user_begun_ = false;
    for (const Line* line : user.lines) add(user, *line);
  }

  std::vector<Leaf> finish() && {
    if (lines_ != 0) finish_leaf();
    return std::move(leaves_);
  }

 private:
  void add(const User& user, const Line& line) {
    std::set<std::size_t> events;
    const bool is_plain = line.verdict == Verdict::Safe && line.rules.empty();
    const std::string text = is_plain ? writing().plain(line) : writing().whole(line, events);
    if (lines_ != 0 && leaf_.json.size() + text.size() > bytes_max_) finish_leaf();
    if (!user_begun_) {
      leaf_.json += (lines_ == 0 ? "[" : "]},") + writing().head(user);
      user_begun_ = true;
    } else {
      leaf_.json += ',';
    }
    leaf_.json += text;
    leaf_.events.merge(events);
    ++lines_;
    events_ += line.events;
  }

  Writing writing() { return {labels_, telling_}; }

  void finish_leaf() {
    leaf_.json += "]}]";
    leaf_.about = std::to_string(events_) + " events in " + std::to_string(lines_) + " lines";
    leaves_.push_back(std::move(leaf_));
    leaf_ = {};
    lines_ = 0;
    events_ = 0;
    user_begun_ = false;
  }

  const std::size_t bytes_max_;
  Labels& labels_;
  const Telling& telling_;
  std::vector<Leaf> leaves_;
  Leaf leaf_;
  bool user_begun_ = false;  // In this leaf.
  std::size_t lines_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace

std::vector<Leaf> leaves_of(const std::vector<Group>& groups, std::size_t bytes_max, Labels& labels,
                            analyst::Names* names) {
  const Telling telling(names);
  Packing packing(bytes_max, labels, telling);
  for (const Group& group : groups) {
    for (const User& user : users_of(group, telling)) packing.add(user);
  }
  return std::move(packing).finish();
}

}  // namespace trailwarden::digest
