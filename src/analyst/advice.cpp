#include "analyst/advice.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace trailwarden::analyst {
namespace {

// Logging that stops while somebody makes way for himself is worth words of its own.
constexpr Advice kBlindedAndGrowing = {
    "", "Logging or guards that go down while access grows are how an intruder stays unseen",
    "confirm every step with the owner of the identity, switch the guards back on, and revoke "
    "what was created"};

constexpr Advice kOther = {"", "The calls are ones that attackers use",
                           "ask the owner of the identity whether they were theirs"};

// What to say of calls that all failed: nothing was read, added or lost yet.
constexpr Advice kAttempt = {"", "Whoever tries this has an aim and may find another way to it",
                             "ask the owner of the identity whether the calls were theirs, and see "
                             "what it called before and since"};

// Technique ids: attack.mitre.org, cloud matrix. T1562 became T1685 and T1686 in ATT&CK 19; rules
// use both.
constexpr Advice kTechniques[] = {
    {"T1048", "Data may have left the account", "find out what was copied and to where"},
    {"T1059", "Code run through the cloud's own tools leaves few traces on the machine",
     "read what was run and isolate the machines it ran on"},
    {"T1078.004", "A valid account in the wrong hands needs no exploit",
     "confirm the sign-in with the owner; if it was not theirs, end the sessions and change the "
     "credentials"},
    {"T1098", "Rights and credentials added now let somebody come back later",
     "confirm the change with its owner and revoke what nobody asked for"},
    {"T1098.001", "Credentials added to an account outlive the session that made them",
     "confirm with the owner that they are wanted, else deactivate them and see what they were "
     "used for"},
    {"T1098.003", "A policy that gives more rights turns a small foothold into a large one",
     "compare the new rights with what the identity needs and detach what it does not"},
    {"T1110", "Repeated failures may be somebody guessing a password",
     "see whether a sign-in succeeded afterwards, and require MFA"},
    {"T1136", "A new account is a door that stays open after the old one is shut",
     "find out who asked for it, and disable it if nobody did"},
    {"T1485", "What is deleted here may not come back",
     "stop the identity now and check backups and versions before they expire"},
    {"T1486", "Data locked with a foreign key is held for ransom",
     "stop the identity now, keep the keys that still exist, and check backups"},
    {"T1490", "Backups that vanish are the step before extortion",
     "stop the identity now and secure the copies that are left"},
    {"T1496", "Somebody else's computing ends up on your bill",
     "stop what was started, in every region, and look for the key that was used"},
    {"T1528", "A stolen token works from anywhere until it expires",
     "revoke the sessions of the identity and find where the token leaked"},
    {"T1530", "Objects read from a bucket are as good as published",
     "list what was read and decide whether it must be reported"},
    {"T1537", "A share with a foreign account is a copy out of your reach",
     "undo the share, find out whose the other account is, and what the copy holds"},
    {"T1552.005", "Credentials of an instance used elsewhere were taken from it",
     "revoke the role's sessions and examine the instance"},
    {"T1555.006", "Secrets that were read must be taken for known",
     "rotate them and see where they were used since"},
    {"T1556", "A sign-in that asks for less is easier to steal",
     "restore the sign-in settings and look at who signed in since"},
    {"T1562", "What is no longer watched can be done unseen",
     "switch it back on and look for what happened meanwhile in other logs"},
    {"T1578", "Copies of disks and machines are a quiet way to their data",
     "see who can use the copies, and delete those that nobody asked for"},
    {"T1651", "Code run through the cloud's own tools leaves few traces on the machine",
     "read what was run and isolate the machines it ran on"},
    {"T1666", "An account outside its organization loses the organization's guards",
     "ask the organization's owners, and bring the account back"},
    {"T1685", "What is no longer watched can be done unseen",
     "switch it back on and look for what happened meanwhile in other logs"},
    {"T1686", "A network that is opened is found by scanners within minutes",
     "close what nobody asked for and look at who connected since"},
};

constexpr Advice kTactics[] = {
    {"collection", "Somebody gathers data, which usually comes before it leaves",
     "list what was read and whether the identity needs it"},
    {"command-and-control", "A channel into the account may stand open",
     "close it and see what went through"},
    {"credential-access", "Whoever reads credentials can act as somebody else next",
     "rotate what was read and see where it was used since"},
    {"defense-evasion", "What is no longer watched can be done unseen",
     "undo the change and look for what happened meanwhile in other logs"},
    {"defense-impairment", "What is no longer watched can be done unseen",
     "undo the change and look for what happened meanwhile in other logs"},
    {"discovery", "Looking around is what an intruder does first",
     "ask the owner of the identity, and see what was called next"},
    {"execution", "Code was run with the rights of whatever ran it",
     "read what was run and what it called afterwards"},
    {"exfiltration", "Data may have left the account",
     "find out what was copied or shared, and with whom"},
    {"impact", "The damage of such calls is often final",
     "stop the identity until its owner confirms them, and check backups"},
    {"initial-access", "A valid account in the wrong hands needs no exploit",
     "confirm the access with the owner; if it was not theirs, end the sessions and change the "
     "credentials"},
    {"lateral-movement", "From one foothold the way leads to the next",
     "follow the sessions that were opened and see what they did"},
    {"persistence", "What was added lets somebody come back later",
     "confirm it with its owner, and remove what nobody asked for"},
    {"privilege-escalation", "More rights turn a small foothold into a large one",
     "compare the new rights with what the identity needs, and take back the rest"},
    {"reconnaissance", "Looking around is what an intruder does first",
     "ask the owner of the identity, and see what was called next"},
    {"resource-development", "Resources nobody asked for may serve an attack",
     "find out who wanted them, and remove them if nobody did"},
    {"stealth", "Traces that vanish hide what came before",
     "keep the logs that are left and look at what happened just before"},
};

template <std::size_t N>
const Advice* look_up(const Advice (&table)[N], std::string_view key) {
  const auto* const found = std::find_if(std::begin(table), std::end(table),
                                         [&](const Advice& advice) { return advice.key == key; });
  return found == std::end(table) ? nullptr : found;
}

bool succeeded(const triage::CaseFinding& item) { return item.failed < item.events; }

// Guessing is the one technique that consists of failures.
bool is_guessing(const triage::Finding& finding) {
  return std::any_of(finding.attack.begin(), finding.attack.end(),
                     [](std::string_view technique) { return technique.starts_with("T1110"); });
}

bool is_blinding(const triage::Finding& finding) {
  const bool by_tactic = std::find(finding.tactics.begin(), finding.tactics.end(),
                                   "defense-impairment") != finding.tactics.end();
  return by_tactic ||
         std::any_of(finding.attack.begin(), finding.attack.end(),
                     [](std::string_view technique) { return technique.starts_with("T1562"); });
}

bool is_growth(const triage::Finding& finding) {
  return std::any_of(finding.tactics.begin(), finding.tactics.end(), [](std::string_view tactic) {
    return tactic == "persistence" || tactic == "privilege-escalation";
  });
}

bool blinded_and_growing(const triage::Case& found) {
  bool blinded = false;
  bool growing = false;
  for (const triage::CaseFinding& item : found.findings) {
    if (item.finding.level < sigma::Level::Medium || !succeeded(item)) continue;
    const bool blinding = is_blinding(item.finding);
    blinded = blinded || blinding;
    growing = growing || (!blinding && is_growth(item.finding));
  }
  return blinded && growing;
}

const Advice* by_technique(const triage::Finding& finding) {
  for (const std::string& technique : finding.attack) {
    if (const Advice* advice = look_up(kTechniques, technique)) return advice;
    const std::string_view parent = std::string_view(technique).substr(0, technique.find('.'));
    if (const Advice* advice = look_up(kTechniques, parent)) return advice;
  }
  return nullptr;
}

}  // namespace

const Advice& advice_for(const triage::Case& found) {
  if (found.findings.empty()) return kOther;
  if (blinded_and_growing(found)) return kBlindedAndGrowing;
  const auto done = std::find_if(found.findings.begin(), found.findings.end(), succeeded);
  if (done == found.findings.end() && !is_guessing(found.findings.front().finding)) return kAttempt;
  const triage::Finding& gravest =
      done == found.findings.end() ? found.findings.front().finding : done->finding;
  if (const Advice* advice = by_technique(gravest)) return *advice;
  for (const std::string& tactic : gravest.tactics) {
    if (const Advice* advice = look_up(kTactics, tactic)) return *advice;
  }
  return kOther;
}

}  // namespace trailwarden::analyst
