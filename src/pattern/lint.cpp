// Why a valid pattern may never fire, or fire too often. Source of fact: Amazon EventBridge User
// Guide, "AWS service events delivered via AWS CloudTrail"; CloudTrail User Guide, "Record
// contents".
#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <variant>

#include "pattern/grammar.h"
#include "pattern/pattern.h"

namespace trailwarden::pattern {
namespace {

using match::IsLiteral;
using match::IsPresent;
using match::TextHas;
using match::TextIs;

constexpr std::size_t kDefaultQuotaChars = 2'048;
constexpr std::string_view kApiCall = "AWS API Call via CloudTrail";
constexpr std::string_view kServiceSuffix = ".amazonaws.com";

// Members of the envelope that EventBridge puts around every event.
constexpr std::string_view kEnvelopeNames[] = {"version", "id",         "detail-type", "source",
                                               "account", "time",       "region",      "resources",
                                               "detail",  "replay-name"};
// Paths that hold an object or null, never text.
constexpr std::string_view kObjects[] = {
    "detail",
    "detail.userIdentity",
    "detail.userIdentity.sessionContext",
    "detail.userIdentity.sessionContext.attributes",
    "detail.userIdentity.sessionContext.sessionIssuer",
    "detail.userIdentity.sessionContext.webIdFederationData",
    "detail.requestParameters",
    "detail.responseElements",
    "detail.additionalEventData",
    "detail.serviceEventDetails",
    "detail.tlsDetails",
};
constexpr std::string_view kBooleans[] = {"detail.readOnly", "detail.managementEvent"};
constexpr std::string_view kTexts[] = {
    "account",
    "detail.recipientAccountId",
    "detail.userIdentity.accountId",
    "detail.userIdentity.sessionContext.attributes.mfaAuthenticated",
    "detail.userIdentity.sessionContext.sessionIssuer.accountId",
    "detail.additionalEventData.MFAUsed",
    "detail.sessionCredentialFromConsole",
};

template <class List>
bool is_one_of(std::string_view text, const List& list) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

template <class Test>
bool has_test(const Leaf& leaf, const std::function<bool(const Test&)>& accepts) {
  return std::any_of(leaf.any_of.begin(), leaf.any_of.end(), [&](const Alternative& it) {
    const auto* test = std::get_if<Test>(&it.test);
    return test != nullptr && !it.inverted && accepts(*test);
  });
}

// The strings of a leaf that lists plain strings only; empty otherwise.
std::vector<std::string> plain_strings(const Leaf* leaf) {
  if (leaf == nullptr || leaf->or_absent || leaf->any_of.size() != 1) return {};
  const Alternative& only = leaf->any_of[0];
  const auto* names = std::get_if<TextIs>(&only.test);
  return names == nullptr || only.inverted ? std::vector<std::string>{} : names->values;
}

bool is_read_only_name(std::string_view name) {
  return name.starts_with("Get") || name.starts_with("List") || name.starts_with("Describe");
}

// What the warnings about one leaf look at.
struct Place {
  std::string_view path;
  const Leaf& leaf;
};
using LeafCheck = std::optional<std::string> (*)(const Place&);

std::optional<std::string> not_in_envelope(const Place& it) {
  const std::string_view first = it.path.substr(0, it.path.find('.'));
  if (is_one_of(first, kEnvelopeNames) || it.leaf.or_absent) return std::nullopt;
  return "no event has '" + std::string(first) +
         "' at its top: members of the CloudTrail record stand under \"detail\"";
}

std::optional<std::string> event_context(const Place& it) {
  if (!it.path.starts_with("detail.eventContext")) return std::nullopt;
  return "eventContext is not delivered to EventBridge: select enriched events in a data store";
}

std::optional<std::string> value_of_object(const Place& it) {
  if (!is_one_of(it.path, kObjects)) return std::nullopt;
  const auto is_null = [](const Alternative& alternative) {
    const auto* literal = std::get_if<IsLiteral>(&alternative.test);
    return literal != nullptr && literal->which == IsLiteral::Which::Null;
  };
  if (std::all_of(it.leaf.any_of.begin(), it.leaf.any_of.end(), is_null)) return std::nullopt;
  return "this is an object or null and patterns test leaves only: name a member of it";
}

std::optional<std::string> text_for_boolean(const Place& it) {
  const auto any = [](const TextIs&) { return true; };
  if (!is_one_of(it.path, kBooleans) || !has_test<TextIs>(it.leaf, any)) return std::nullopt;
  return "this is a boolean: write true or false without quotes";
}

std::optional<std::string> other_for_text(const Place& it) {
  if (!is_one_of(it.path, kTexts)) return std::nullopt;
  const auto boolean = [](const IsLiteral& test) { return test.which != IsLiteral::Which::Null; };
  const auto any = [](const auto&) { return true; };
  if (!has_test<IsLiteral>(it.leaf, boolean) && !has_test<match::NumberIs>(it.leaf, any) &&
      !has_test<match::NumberIn>(it.leaf, any)) {
    return std::nullopt;
  }
  return "this is a string: put the value in quotes";
}

std::optional<std::string> single_address(const Place& it) {
  const auto whole = [](const match::InNetwork& test) {
    const bool v6 = test.cidr.find(':') != test.cidr.npos;
    return test.cidr.ends_with(v6 ? "/128" : "/32");
  };
  if (!has_test<match::InNetwork>(it.leaf, whole)) return std::nullopt;
  return "EventBridge may refuse a network of one address: write the address as a plain string";
}

std::optional<std::string> read_only(const Place& it) {
  const auto is_true = [](const IsLiteral& test) { return test.which == IsLiteral::Which::True; };
  const auto reads = [](const TextIs& test) {
    return std::any_of(test.values.begin(), test.values.end(), is_read_only_name);
  };
  const auto begins = [](const TextHas& test) {
    return test.anchor == match::Anchor::Prefix &&
           std::any_of(test.parts.begin(), test.parts.end(), is_read_only_name);
  };
  const bool by_flag = it.path == "detail.readOnly" && has_test<IsLiteral>(it.leaf, is_true);
  const bool by_name = it.path == "detail.eventName" &&
                       (has_test<TextIs>(it.leaf, reads) || has_test<TextHas>(it.leaf, begins));
  if (!by_flag && !by_name) return std::nullopt;
  return "read-only calls reach a rule only in the state "
         "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
}

constexpr LeafCheck kLeafChecks[] = {not_in_envelope,  event_context,  value_of_object,
                                     text_for_boolean, other_for_text, single_address,
                                     read_only};

// What the warnings about conditions that exclude each other look at.
class BranchView {
 public:
  BranchView(const Grammar& grammar, const Grammar::Branch& branch)
      : grammar_(grammar), branch_(branch) {}

  const Leaf* leaf(const std::string& path) const {
    const auto found = branch_.find(path);
    return found == branch_.end() ? nullptr : &grammar_.leaves[found->second];
  }
  std::vector<std::string> strings(const std::string& path) const {
    return plain_strings(leaf(path));
  }
  bool lists(const std::string& path, std::string_view text) const {
    return is_one_of(text, strings(path));
  }
  bool lists_only(const std::string& path, std::string_view text) const {
    const auto all = strings(path);
    return !all.empty() &&
           std::all_of(all.begin(), all.end(), [&](const auto& it) { return it == text; });
  }
  bool is_sign_in() const {
    return lists_only("detail.eventName", "ConsoleLogin") ||
           lists_only("detail.eventSource", "signin.amazonaws.com");
  }
  const Grammar::Branch& paths() const { return branch_; }
  const Leaf& leaf_at(std::size_t index) const { return grammar_.leaves[index]; }

 private:
  const Grammar& grammar_;
  const Grammar::Branch& branch_;
};
using BranchCheck = std::optional<Warning> (*)(const BranchView&);

std::optional<Warning> sign_in_as_api_call(const BranchView& it) {
  if (!it.lists_only("detail.eventName", "ConsoleLogin") ||
      !it.lists_only("detail-type", kApiCall)) {
    return std::nullopt;
  }
  return Warning{"detail-type",
                 "a ConsoleLogin never has this detail-type: write [\"AWS Console Sign In via "
                 "CloudTrail\", \"AWS Console Signin via CloudTrail\"]"};
}

std::optional<Warning> other_type_as_api_call(const BranchView& it) {
  const auto types = it.strings("detail.eventType");
  if (types.empty() || is_one_of("AwsApiCall", types) || !it.lists_only("detail-type", kApiCall)) {
    return std::nullopt;
  }
  return Warning{"detail.eventType",
                 "the detail-type \"AWS API Call via CloudTrail\" goes with eventType AwsApiCall "
                 "only: change one of the two"};
}

std::optional<Warning> sources_disagree(const BranchView& it) {
  const auto sources = it.strings("source");
  const auto event_sources = it.strings("detail.eventSource");
  if (sources.empty() || event_sources.empty()) return std::nullopt;
  const auto fits = [&](const std::string& event_source) {
    const std::string service = event_source.substr(0, event_source.find(kServiceSuffix));
    return is_one_of("aws." + service, sources);
  };
  if (std::any_of(event_sources.begin(), event_sources.end(), fits)) return std::nullopt;
  return Warning{"source", "CloudTrail events of " + event_sources[0] + " have the source aws." +
                               event_sources[0].substr(0, event_sources[0].find(kServiceSuffix)) +
                               ": the two conditions exclude each other"};
}

std::optional<Warning> failed_sign_in_by_code(const BranchView& it) {
  const Leaf* code = it.leaf("detail.errorCode");
  if (!it.is_sign_in() || code == nullptr || code->or_absent) return std::nullopt;
  const auto is_exists = [](const IsPresent&) { return true; };
  if (!has_test<IsPresent>(*code, is_exists)) return std::nullopt;
  return Warning{"detail.errorCode",
                 "a failed ConsoleLogin has no errorCode: test responseElements.ConsoleLogin "
                 "[\"Failure\"] or errorMessage"};
}

std::optional<Warning> network_of_service(const BranchView& it) {
  const Leaf* address = it.leaf("detail.sourceIPAddress");
  const auto any = [](const match::InNetwork&) { return true; };
  if (address == nullptr || address->any_of.size() != 1 ||
      !has_test<match::InNetwork>(*address, any)) {
    return std::nullopt;
  }
  const auto callers = it.strings("detail.userIdentity.invokedBy");
  const bool service = it.lists_only("detail.userIdentity.type", "AWSService") ||
                       (!callers.empty() && callers[0].ends_with(kServiceSuffix));
  if (!service) return std::nullopt;
  return Warning{"detail.sourceIPAddress",
                 "calls by AWS services have the service's name here, which no network holds"};
}

std::optional<Warning> nearly_everything(const BranchView& it) {
  for (const auto& [path, index] : it.paths()) {
    if (path == "source" || path == "detail-type") return std::nullopt;
    const Leaf& leaf = it.leaf_at(index);
    const bool excludes =
        leaf.or_absent || std::any_of(leaf.any_of.begin(), leaf.any_of.end(),
                                      [](const Alternative& test) { return test.inverted; });
    if (!excludes) return std::nullopt;
  }
  return Warning{"",
                 "only says what an event must not be, so nearly every event matches: name a "
                 "source or detail-type, or it costs and may loop"};
}

constexpr BranchCheck kBranchChecks[] = {sign_in_as_api_call, other_type_as_api_call,
                                         sources_disagree,    failed_sign_in_by_code,
                                         network_of_service,  nearly_everything};

class Warnings {
 public:
  void add(Warning warning) {
    const auto same = [&](const Warning& it) {
      return it.path == warning.path && it.message == warning.message;
    };
    if (std::none_of(list_.begin(), list_.end(), same)) list_.push_back(std::move(warning));
  }
  std::vector<Warning> take() && { return std::move(list_); }

 private:
  std::vector<Warning> list_;
};

}  // namespace

std::vector<Warning> lint(std::string_view json) {
  const Result<Grammar> grammar = parse_pattern(json);
  if (!grammar) return {};
  Warnings warnings;
  if (json.size() > kDefaultQuotaChars) {
    warnings.add({"",
                  "longer than 2048 characters, EventBridge's default quota: ask for more (up "
                  "to 4096) or split it"});
  }
  for (const Grammar::Branch& branch : grammar->branches) {
    for (const auto& [path, index] : branch) {
      for (const LeafCheck check : kLeafChecks) {
        if (auto message = check({path, grammar->leaves[index]})) {
          warnings.add({path, *std::move(message)});
        }
      }
    }
    for (const BranchCheck check : kBranchChecks) {
      if (auto warning = check(BranchView(*grammar, branch))) warnings.add(*std::move(warning));
    }
  }
  return std::move(warnings).take();
}

}  // namespace trailwarden::pattern
