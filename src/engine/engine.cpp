#include "engine/engine.h"

#include <algorithm>
#include <utility>

#include "pattern/pattern.h"
#include "sigma/cloudtrail_fields.h"

namespace trailwarden::engine {
namespace {

// pattern/ names the envelope's paths and cloudtrail/ fills them; neither may include the other.
static_assert(pattern::kEnvelope == cloudtrail::kEnvelope);
// sigma/ names the paths of what injection/ finds.
static_assert(sigma::kMadeUp == injection::kMadeUp);

Result<std::uint32_t> add_suppressions(const std::vector<RuleText>& texts,
                                       match::MatcherBuilder& builder) {
  sigma::RuleSet set;
  for (const RuleText& text : texts) sigma::load(text.yaml, text.origin, builder, set);
  for (const sigma::Remark& remark : set.remarks) {
    if (remark.severity == sigma::Remark::Severity::Error) {
      return fail(ErrorCode::Syntax, remark.message, remark.where);
    }
  }
  return static_cast<std::uint32_t>(set.rules.size());
}

}  // namespace

Engine::Engine(match::Matcher matcher, cloudtrail::EventFields fields,
               cloudtrail::RecordShape shape, cloudtrail::EnvelopeFields envelope,
               injection::InstructionFields instructions, sigma::RuleSet rules,
               std::uint32_t suppressions, bool has_pattern)
    : matcher_(std::move(matcher)),
      fields_(fields),
      shape_(shape),
      envelope_(envelope),
      instructions_(instructions),
      rules_(std::move(rules)),
      suppressions_(suppressions),
      has_pattern_(has_pattern) {}

Result<Engine> Engine::compile(const Content& content) {
  match::MatcherBuilder builder;
  const auto fields = cloudtrail::EventFields::add_to(builder.fields());
  const auto shape = cloudtrail::RecordShape::add_to(builder.fields());
  const auto envelope = cloudtrail::EnvelopeFields::add_to(builder.fields());
  const auto instructions = injection::InstructionFields::add_to(builder.fields());
  sigma::RuleSet rules;
  if (content.builtin) content.builtin(builder, rules);
  for (const RuleText& text : content.rules) sigma::load(text.yaml, text.origin, builder, rules);
  const std::uint32_t suppressions = TW_TRY(add_suppressions(content.suppressions, builder));
  if (content.pattern) {
    TW_TRY(pattern::compile(*content.pattern, pattern::Subject::CloudTrail, builder));
  }
  return Engine(std::move(builder).build(), fields, shape, envelope, instructions, std::move(rules),
                suppressions, content.pattern.has_value());
}

Opinion Judge::judge(const cloudtrail::RawRecord& record) {
  if (engine_->has_pattern_) engine_->envelope_.fill(record);
  const auto rules = static_cast<std::uint32_t>(engine_->rules_.rules.size());
  // Only rules ask for them.
  const bool is_searched = rules != 0 && engine_->instructions_.fill(record, quiet_texts_);
  matched_.clear();
  engine_->matcher_.match(record.found, scratch_, matched_);
  // What is found becomes part of a case, and may be shown to a model: all of it is looked at.
  const bool is_found = !matched_.empty() && index_of(matched_.front()) < rules;
  if (is_found && !is_searched && engine_->instructions_.fill(record)) {
    matched_.clear();
    engine_->matcher_.match(record.found, scratch_, matched_);
  }
  const std::uint32_t pattern = rules + engine_->suppressions_;

  Opinion opinion;
  if (engine_->has_pattern_) {
    opinion.wanted = !matched_.empty() && match::index_of(matched_.back()) == pattern;
    if (opinion.wanted) matched_.pop_back();
  }
  const auto first_suppression =
      std::find_if(matched_.begin(), matched_.end(),
                   [rules](match::RuleId id) { return index_of(id) >= rules; });
  opinion.suppressed = first_suppression != matched_.end() && first_suppression != matched_.begin();
  const bool silent = first_suppression != matched_.end();
  if (!silent) opinion.matched = matched_;
  return opinion;
}

triage::Sighting Judge::sight(const cloudtrail::RawRecord& record, const cloudtrail::Event& event,
                              std::span<const match::RuleId> matched) {
  return triage::sight(event, matched,
                       {engine_->fields_, engine_->matcher_, record.found, scratch_});
}

}  // namespace trailwarden::engine
