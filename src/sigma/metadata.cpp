#include "sigma/metadata.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "sigma/attack_tag.h"
#include "sigma/suggest.h"

namespace trailwarden::sigma {
namespace {

constexpr std::size_t kTitleMax = 256;  // Characters; sigma-specification v2.1.0.

// In the order of Level.
constexpr std::array<std::string_view, 5> kLevels = {"informational", "low", "medium", "high",
                                                     "critical"};
constexpr std::array<std::string_view, 5> kStatuses = {"stable", "test", "experimental",
                                                       "deprecated", "unsupported"};
// Other keys are custom ones and nobody's business, unless they look like one of these misspelt.
constexpr std::string_view kKeys[] = {
    "title",   "id",     "name",       "related",   "taxonomy", "status", "description",
    "license", "author", "references", "date",      "modified", "fields", "falsepositives",
    "level",   "tags",   "scope",      "logsource", "detection"};

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return lower(c); });
  return result;
}

// Whether `text` has a digit wherever `shape` has 'd', a hexadecimal one for 'x', else the same.
bool has_shape(std::string_view text, std::string_view shape) {
  const auto fits = [](char c, char s) {
    const bool digit = c >= '0' && c <= '9';
    if (s == 'd') return digit;
    if (s == 'x') return digit || (lower(c) >= 'a' && lower(c) <= 'f');
    return c == s;
  };
  return std::ranges::equal(text, shape, fits);
}

bool is_uuid(std::string_view text) {
  return has_shape(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
}

// YYYY-MM-DD, or the older YYYY/MM/DD, with a month and a day that can be.
bool is_date(std::string_view text) {
  if (!has_shape(text, "dddd-dd-dd") && !has_shape(text, "dddd/dd/dd")) return false;
  const int month = (text[5] - '0') * 10 + text[6] - '0';
  const int day = (text[8] - '0') * 10 + text[9] - '0';
  const int year =
      (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0';
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= kDays[month - 1] || (leap && month == 2 && day == 29);
}

// namespace.value, lower case.
bool is_tag(std::string_view tag) {
  const std::size_t dot = tag.find('.');
  if (dot == 0 || dot == std::string_view::npos || dot + 1 == tag.size()) return false;
  return std::ranges::all_of(
      tag, [](char c) { return is_lower_or_digit(c) || c == '.' || c == '-' || c == '_'; });
}

std::size_t character_count(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string list_of(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

void push_unique(std::vector<std::string>& list, std::string value) {
  if (std::ranges::find(list, value) == list.end()) list.push_back(std::move(value));
}

class MetadataReader {
 public:
  MetadataReader(const Node& document, Remarks& remarks) : document_(document), remarks_(remarks) {}

  Rule read(std::string_view fallback_id) {
    Rule rule;
    Prose prose;
    rule.title = read_title();
    rule.id = read_id(fallback_id);
    prose.description = text("description");
    prose.status = read_word("status", kStatuses);
    rule.level = read_level();
    prose.references = texts("references");
    prose.false_positives = texts("falsepositives");
    read_tags(rule);
    check_status(prose.status);
    rule.read_prose = [prose = std::move(prose)] { return prose; };
    check_dates();
    check_keys();
    return rule;
  }

 private:
  // The text of a scalar member; anything else is an error.
  std::string text(std::string_view key) {
    const Node* node = document_.find(key);
    if (node == nullptr) return {};
    if (node->is_scalar()) return node->text;
    remarks_.error(node->at, "'" + std::string(key) + "' must be text");
    return {};
  }

  // A list of texts; one bare text counts as a list of one.
  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> list;
    const Node* node = document_.find(key);
    if (node == nullptr) return list;
    if (node->is_scalar()) {
      if (!node->text.empty()) list.push_back(node->text);
      return list;
    }
    for (const Node& item : node->items) {
      if (node->is_mapping() || !item.is_scalar()) {
        remarks_.error(item.at, "'" + std::string(key) + "' must be a list of texts");
        break;
      }
      list.push_back(item.text);
    }
    return list;
  }

  std::string read_title() {
    const Node* node = document_.find("title");
    if (node == nullptr || (node->is_scalar() && node->text.empty())) {
      remarks_.error(node == nullptr ? document_.at : node->at, "the rule has no 'title'");
      return {};
    }
    std::string title = text("title");
    if (character_count(title) > kTitleMax) {
      remarks_.warn(node->at,
                    "the title has more than " + std::to_string(kTitleMax) + " characters");
    }
    return title;
  }

  std::string read_id(std::string_view fallback) {
    const Node* node = document_.find("id");
    if (node == nullptr || (node->is_scalar() && node->text.empty())) return std::string(fallback);
    std::string id = text("id");
    if (!is_uuid(id)) {
      remarks_.warn(node->at, "the id '" + id +
                                  "' is no UUID such as "
                                  "5f3b1a52-0d1c-4c8e-9c0e-2f6d1a7b9e40");
      return id;
    }
    return lower(id);
  }

  std::string read_word(std::string_view key, std::span<const std::string_view> words) {
    const Node* node = document_.find(key);
    std::string word = text(key);
    if (node == nullptr || !node->is_scalar() || std::ranges::find(words, word) != words.end()) {
      return word;
    }
    std::string message = "unknown " + std::string(key) + " '" + word + "', ";
    const std::string_view near = closest(word, words);
    message += near.empty() ? "use one of " + list_of(words) : "try '" + std::string(near) + "'";
    remarks_.error(node->at, std::move(message));
    return {};
  }

  Level read_level() {
    const std::string word = read_word("level", kLevels);
    const auto found = std::ranges::find(kLevels, word);
    if (found == kLevels.end()) return Level::Medium;
    return static_cast<Level>(found - kLevels.begin());
  }

  void check_status(std::string_view status) {
    if (status == "deprecated" || status == "unsupported") {
      remarks_.warn(document_.find("status")->at,
                    "the rule says of itself that it is " + std::string(status));
    }
  }

  void check_dates() {
    for (const char* key : {"date", "modified"}) {
      const Node* node = document_.find(key);
      if (node != nullptr && !is_date(text(key))) {
        remarks_.warn(node->at, "'" + std::string(key) + "' is no date such as 2026-01-31");
      }
    }
  }

  void check_keys() {
    for (const Node& member : document_.items) {
      if (std::ranges::find(kKeys, member.key) != std::end(kKeys)) continue;
      const std::string_view near = closest(member.key, kKeys);
      if (near.empty() || document_.find(near) != nullptr) continue;
      remarks_.warn(member.key_at,
                    "unknown key '" + member.key + "', did you mean '" + std::string(near) + "'?");
    }
  }

  void read_tags(Rule& rule) {
    const Node* node = document_.find("tags");
    if (node == nullptr) return;
    if (!node->is_sequence()) {
      if (!node->is_scalar() || !node->text.empty()) {
        remarks_.error(node->at, "'tags' must be a list of texts");
      }
      return;
    }
    for (const Node& item : node->items) read_tag(item, rule);
  }

  void read_tag(const Node& item, Rule& rule) {
    if (!item.is_scalar()) {
      remarks_.error(item.at, "'tags' must be a list of texts");
      return;
    }
    if (!is_tag(item.text)) {
      remarks_.warn(item.at, "the tag '" + item.text +
                                 "' is not of the form namespace.value in "
                                 "lower case");
    }
    AttackTag tag = read_attack_tag(lower(item.text));
    if (!tag.technique.empty()) push_unique(rule.techniques, std::move(tag.technique));
    if (!tag.tactic.empty()) push_unique(rule.tactics, std::move(tag.tactic));
    if (!tag.problem.empty()) remarks_.warn(item.at, std::move(tag.problem));
  }

  const Node& document_;
  Remarks& remarks_;
};

// "product windows, category process_creation"
std::string describe(const Node& log_source) {
  std::string text;
  for (const char* key : {"product", "category", "service"}) {
    const Node* node = log_source.find(key);
    if (node == nullptr || !node->is_scalar()) continue;
    text.append(text.empty() ? "" : ", ").append(key).append(" ").append(node->text);
  }
  return text;
}

}  // namespace

std::string_view to_string(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

Rule read_metadata(const Node& document, std::string_view fallback_id, Remarks& remarks) {
  return MetadataReader(document, remarks).read(fallback_id);
}

LogSource read_log_source(const Node& document, Remarks& remarks) {
  const Node* node = document.find("logsource");
  if (node == nullptr) {
    remarks.error(document.at,
                  "the rule has no 'logsource': write 'product: aws' and "
                  "'service: cloudtrail' into one");
    return {true, {}};
  }
  LogSource source{true, node->is_mapping() ? describe(*node) : std::string()};
  if (source.description.empty()) {
    remarks.error(node->at, "the logsource names no product, category or service");
    return source;
  }
  const auto is = [&](const char* key, std::string_view wanted, bool optional) {
    const Node* value = node->find(key);
    if (value == nullptr || !value->is_scalar()) return optional;
    if (value->text != wanted && lower(value->text) == wanted) {
      remarks.warn(value->at, "'" + value->text + "' must be in lower case");
    }
    return lower(value->text) == wanted;
  };
  const bool product = is("product", "aws", false);
  const bool service = is("service", "cloudtrail", true);
  source.ours = product && service && node->find("category") == nullptr;
  return source;
}

}  // namespace trailwarden::sigma
