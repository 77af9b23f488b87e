#include "rulepack/pack.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace trailwarden::rulepack {
namespace {

std::string remarks_of(const sigma::RuleSet& set) {
  std::string text;
  for (const sigma::Remark& remark : set.remarks) {
    text.append(text.empty() ? "" : "\n").append(remark.where).append(": ").append(remark.message);
  }
  for (const sigma::LeftOut& left_out : set.left_out) {
    text.append(text.empty() ? "" : "\n").append(left_out.where).append(": not about CloudTrail");
  }
  return text;
}

}  // namespace

Result<Pack> compile(std::span<const RuleText> texts) {
  match::MatcherBuilder builder;
  sigma::RuleSet set;
  for (const RuleText& text : texts) {
    sigma::load(text.yaml, "builtin:" + std::string(text.name), builder, set);
  }
  if (const std::string remarks = remarks_of(set); !remarks.empty()) {
    return fail(ErrorCode::Syntax, remarks);
  }
  return Pack{std::move(set.rules), std::move(builder).build().known()};
}

void add(Pack pack, match::MatcherBuilder& builder, sigma::RuleSet& set) {
  builder.add_known(std::move(pack.detections));
  if (set.rules.empty()) {
    set.rules = std::move(pack.rules);
  } else {
    std::move(pack.rules.begin(), pack.rules.end(), std::back_inserter(set.rules));
  }
}

}  // namespace trailwarden::rulepack
