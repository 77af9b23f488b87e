#include "sigma/attack_tag.h"

#include <algorithm>
#include <cstddef>

#include "sigma/suggest.h"

namespace trailwarden::sigma {
namespace {

// Enterprise tactics. ATT&CK 19 split defense-evasion into stealth and defense-impairment; rules
// of both ages are about.
constexpr std::string_view kTactics[] = {
    "reconnaissance",     "resource-development", "initial-access",  "execution",
    "persistence",        "privilege-escalation", "defense-evasion", "stealth",
    "defense-impairment", "credential-access",    "discovery",       "lateral-movement",
    "collection",         "command-and-control",  "exfiltration",    "impact",
};

bool is_digits(std::string_view text, std::size_t count) {
  return text.size() == count &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// t1098 or t1098.001
bool is_technique(std::string_view name) {
  if (!name.starts_with('t') || !is_digits(name.substr(1, 4), 4)) return false;
  return name.size() == 5 || (name[5] == '.' && is_digits(name.substr(6), 3));
}

// g0016, s0154, c0010, m1047, ds0028, ta0003, dc0001, det0001, an0001
bool is_other_object(std::string_view name) {
  const std::size_t digits = name.find_first_of("0123456789");
  return digits != std::string_view::npos && digits >= 1 && digits <= 3 &&
         is_digits(name.substr(digits), 4) && !(digits == 1 && name[0] == 't');
}

}  // namespace

AttackTag read_attack_tag(std::string_view tag) {
  constexpr std::string_view kNamespace = "attack.";
  AttackTag result;
  if (!tag.starts_with(kNamespace)) return result;
  std::string name(tag.substr(kNamespace.size()));
  if (is_technique(name)) {
    name[0] = 'T';
    result.technique = name;
    return result;
  }
  if (is_other_object(name)) return result;
  std::ranges::replace(name, '_', '-');
  if (std::ranges::find(kTactics, name) != std::end(kTactics)) {
    result.tactic = name;
    return result;
  }
  result.problem = "ATT&CK has no tactic or technique '" + name + "'";
  const std::string_view near = closest(name, kTactics);
  if (!near.empty()) result.problem += ", try '" + std::string(near) + "'";
  return result;
}

}  // namespace trailwarden::sigma
