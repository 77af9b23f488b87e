#include "analyst/names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include "base/hex.h"

namespace trailwarden::analyst {
namespace {

constexpr std::size_t kEntriesOfCaseMax = 500;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_bounded(std::string_view text, std::size_t begin, std::size_t length) {
  const bool before = begin == 0 || !is_word(text[begin]) || !is_word(text[begin - 1]);
  const std::size_t end = begin + length;
  const bool behind = end == text.size() || !is_word(text[end]) || !is_word(text[end - 1]);
  return before && behind;
}

std::size_t run_of(std::string_view text, std::size_t begin, bool (*is_in)(char)) {
  std::size_t end = begin;
  while (end < text.size() && is_in(text[end])) ++end;
  return end - begin;
}

bool is_account(std::string_view word) {
  return word.size() == 12 && std::all_of(word.begin(), word.end(), is_digit);
}

// IAM User Guide, "Unique identifiers": four letters, then at least 12 of A-Z and 0-9.
bool is_key(std::string_view word) {
  constexpr auto kPrefixes =
      std::to_array<std::string_view>({"ABIA", "ACCA", "AGPA", "AIDA", "AIPA", "AKIA", "ANPA",
                                       "ANVA", "APKA", "AROA", "ASCA", "ASIA"});
  return word.size() >= 16 &&
         std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [&](std::string_view prefix) { return word.starts_with(prefix); }) &&
         std::all_of(word.begin(), word.end(),
                     [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

bool is_ipv4(std::string_view word) {
  int parts = 0;
  while (true) {
    const std::size_t length = run_of(word, 0, is_digit);
    int value = 0;
    if (length == 0 || length > 3) return false;
    std::from_chars(word.data(), word.data() + length, value);
    if (value > 255) return false;
    word.remove_prefix(length);
    if (++parts == 4) return word.empty();
    if (word.empty() || word.front() != '.') return false;
    word.remove_prefix(1);
  }
}

bool is_address_character(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.';
}

// RFC 4291, 2.2: eight groups, or "::" for some of them. A time of day (12:45:40) is neither.
bool is_ipv6(std::string_view word) {
  const bool is_short = word.find("::") != word.npos && word.find(":::") == word.npos;
  return (is_short || std::count(word.begin(), word.end(), ':') == 7) &&
         std::any_of(word.begin(), word.end(), is_word);
}

bool is_email_character(char c) {
  return is_word(c) || c == '.' || c == '-' || c == '_' || c == '+' || c == '@';
}

const char* word_for(NameKind kind) {
  switch (kind) {
    case NameKind::Account:
      return "account-";
    case NameKind::Key:
      return "key-";
    case NameKind::Address:
      return "address-";
    case NameKind::Name:
      return "name-";
  }
  return "";
}

// What names nobody: AWS's own, and words that every account has.
bool is_common(std::string_view name) {
  constexpr auto kCommon =
      std::to_array<std::string_view>({"root", "anonymous", "aws", "AWS", "*"});
  return name.ends_with(".amazonaws.com") || name == "AWS Internal" ||
         std::find(kCommon.begin(), kCommon.end(), name) != kCommon.end() ||
         std::none_of(name.begin(), name.end(), is_word);
}

// The words of a path of a resource that AWS gives, not the user.
bool is_resource_type(std::string_view part) {
  constexpr auto kTypes = std::to_array<std::string_view>({"alias",
                                                           "assumed-role",
                                                           "aws-reserved",
                                                           "aws-service-role",
                                                           "bucket",
                                                           "cluster",
                                                           "db",
                                                           "detector",
                                                           "federated-user",
                                                           "function",
                                                           "group",
                                                           "instance",
                                                           "instance-profile",
                                                           "key",
                                                           "log-group",
                                                           "mfa",
                                                           "oidc-provider",
                                                           "parameter",
                                                           "policy",
                                                           "role",
                                                           "root",
                                                           "rule",
                                                           "saml-provider",
                                                           "secret",
                                                           "security-group",
                                                           "service-role",
                                                           "snapshot",
                                                           "sso.amazonaws.com",
                                                           "sts",
                                                           "table",
                                                           "trail",
                                                           "user",
                                                           "volume"});
  return std::find(kTypes.begin(), kTypes.end(), part) != kTypes.end();
}

constexpr char kTemplateBegin = '\x01';
constexpr char kTemplateEnd = '\x02';

}  // namespace

Names::Names(const triage::Case& found, std::uint64_t key) : Names(key, kEntriesOfCaseMax) {
  if (is_account(found.account)) learn(NameKind::Account, found.account);
  for (const std::string* text : {&found.principal, &found.user, &found.actor}) {
    learn_identifiers(*text);
    if (text->find(' ') == std::string::npos) learn_name(*text);
  }
  for (const auto& address : found.addresses.entries) learn_identifiers(address.value);
  for (const triage::CaseAction& action : found.actions) {
    for (const auto& target : action.targets.entries) learn_name(target.value);
  }
  for (const triage::CaseFinding& finding : found.findings) learn_identifiers(finding.finding.why);
  for (const triage::TimelineEntry& entry : found.timeline) {
    const triage::Sighting& event = entry.sighting;
    if (is_account(event.account)) learn(NameKind::Account, event.account);
    learn_identifiers(event.source_ip);
    learn_name(event.target);
    learn_name(event.principal);
  }
}

std::size_t Names::learn(NameKind kind, std::string_view original) {
  const auto known = by_original_.find(original);
  if (known != by_original_.end()) return known->second;
  std::string pseudonym;
  std::uint64_t seed = key_;
  do {
    const std::uint64_t hash = hash64(original, seed++);
    pseudonym = word_for(kind) + to_hex(hash ^ (hash >> 32U)).substr(8);
  } while (by_pseudonym_.contains(pseudonym));
  entries_.push_back({kind, std::string(original), pseudonym});
  by_original_.emplace(original, entries_.size() - 1);
  by_pseudonym_.emplace(std::move(pseudonym), entries_.size() - 1);
  return entries_.size() - 1;
}

void Names::learn_name(std::string_view name) {
  if (entries_.size() >= entries_max_ || name.empty() || name.size() > 512) return;
  learn_identifiers(name);
  if (name.starts_with("arn:") || is_common(name) || by_pseudonym_.contains(std::string(name))) {
    return;
  }
  learn(NameKind::Name, name);
}

// "arn:aws:iam::111122223333:role/ops/Deploy": the account and the names behind it.
void Names::learn_arn(std::string_view arn) {
  std::size_t begin = 0;
  for (int part = 0; part < 5; ++part) {
    const std::size_t colon = arn.find(':', begin);
    if (colon == arn.npos) return;
    if (part == 4 && arn.substr(begin, colon - begin) == "aws") return;  // AWS's own policies.
    begin = colon + 1;
  }
  while (begin < arn.size()) {
    const std::size_t end = std::min(arn.find_first_of("/:", begin), arn.size());
    const std::string_view part = arn.substr(begin, end - begin);
    if (!part.empty() && !is_resource_type(part) && !is_common(part) && !is_account(part) &&
        !is_key(part)) {
      learn(NameKind::Name, part);
    }
    begin = end + 1;
  }
}

void Names::learn_identifiers(std::string_view text) {
  for (std::size_t at = 0; at < text.size() && entries_.size() < entries_max_;) {
    if (!is_word(text[at]) && text[at] != ':') {
      ++at;
      continue;
    }
    if (text.substr(at, 4) == "arn:" && is_bounded(text, at, 4)) {
      const std::size_t end = std::min(text.find_first_of(" ,;\"'[]{}()<>", at), text.size());
      std::string_view arn = text.substr(at, end - at);
      while (!arn.empty() && arn.back() == '.') arn.remove_suffix(1);
      learn_arn(arn);
    }
    const std::size_t length = std::max<std::size_t>(run_of(text, at, is_word), 1);
    const std::string_view word = text.substr(at, length);
    if (is_account(word)) learn(NameKind::Account, word);
    if (is_key(word)) learn(NameKind::Key, word);
    const bool begins = at == 0 || !is_word(text[at - 1]);
    std::string_view address = text.substr(at, run_of(text, at, is_address_character));
    while (!address.empty() &&
           (address.back() == '.' || (address.back() == ':' && !address.ends_with("::")))) {
      address.remove_suffix(1);
    }
    if (begins && (is_ipv4(address) || is_ipv6(address)) && is_bounded(text, at, address.size())) {
      learn(NameKind::Address, address);
      at += address.size();
      continue;
    }
    const std::string_view email = text.substr(at, run_of(text, at, is_email_character));
    const std::size_t sign = email.find('@');
    if (begins && sign != email.npos && sign != 0 && email.find('.', sign) != email.npos) {
      std::string_view mail = email;
      while (!mail.empty() && !is_word(mail.back())) mail.remove_suffix(1);
      learn(NameKind::Name, mail);
    }
    at += length;
  }
}

// The longest name that stands at a place is the one that is meant there.
template <class Write>
std::string Names::replace_originals(std::string_view text, const Write& write) const {
  std::vector<std::size_t> longest_first(entries_.size());
  for (std::size_t i = 0; i < longest_first.size(); ++i) longest_first[i] = i;
  std::stable_sort(longest_first.begin(), longest_first.end(), [&](std::size_t a, std::size_t b) {
    return entries_[a].original.size() > entries_[b].original.size();
  });
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const auto hit = std::find_if(longest_first.begin(), longest_first.end(), [&](std::size_t i) {
      const std::string& original = entries_[i].original;
      return rest.starts_with(original) && is_bounded(text, at, original.size());
    });
    if (hit == longest_first.end()) {
      out += text[at++];
      continue;
    }
    write(*hit, out);
    at += entries_[*hit].original.size();
  }
  return out;
}

std::string Names::hide(std::string_view text) {
  learn_identifiers(text);
  return replace_originals(text,
                           [&](std::size_t i, std::string& out) { out += entries_[i].pseudonym; });
}

std::string Names::hide_name(std::string_view name) {
  learn_name(name);
  const auto known = by_original_.find(name);
  return known == by_original_.end() ? hide(name) : entries_[known->second].pseudonym;
}

std::string Names::show(std::string_view text) const {
  std::string out;
  std::size_t at = 0;
  for (std::size_t dash = text.find('-'); dash != text.npos && dash + 9 <= text.size();
       dash = text.find('-', at)) {
    std::size_t begin = dash;
    while (begin > at && text[begin - 1] >= 'a' && text[begin - 1] <= 'z') --begin;
    const auto known = by_pseudonym_.find(text.substr(begin, dash + 9 - begin));
    if (known == by_pseudonym_.end()) {
      out += text.substr(at, dash + 1 - at);
      at = dash + 1;
      continue;
    }
    out += text.substr(at, begin - at);
    out += entries_[known->second].original;
    at = dash + 9;
  }
  return out.append(text.substr(at));
}

std::string Names::to_template(std::string_view text) const {
  return replace_originals(text, [this](std::size_t i, std::string& out) {
    out += kTemplateBegin;
    out += static_cast<char>('a' + static_cast<int>(entries_[i].kind));
    out += std::to_string(i) + kTemplateEnd;
  });
}

std::optional<std::string> Names::from_template(std::string_view text) const {
  std::string out;
  while (true) {
    const std::size_t begin = text.find(kTemplateBegin);
    out += text.substr(0, begin);
    if (begin == text.npos) return out;
    text.remove_prefix(begin + 1);
    const std::size_t end = std::min(text.find(kTemplateEnd), text.size());
    if (end < 2) return std::nullopt;
    std::size_t number = 0;
    const auto [stop, error] = std::from_chars(text.data() + 1, text.data() + end, number);
    if (error != std::errc{} || stop != text.data() + end || number >= entries_.size() ||
        text.front() - 'a' != static_cast<int>(entries_[number].kind)) {
      return std::nullopt;
    }
    out += entries_[number].original;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool Names::is_known(std::string_view word) const { return by_original_.contains(word); }

}  // namespace trailwarden::analyst
