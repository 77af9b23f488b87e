// Compiling one pattern and asking it about one event, the way the product does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/projected.h"
#include "json/structural_index.h"
#include "json/walker.h"
#include "match/matcher.h"
#include "pattern/pattern.h"

namespace trailwarden::pattern {

// The fields that `projection` asks for of one JSON text, with the memory they point into.
class ProjectedEvent {
 public:
  ProjectedEvent(std::string_view json, const json::Projection& projection)
      : text_(std::string(json) + std::string(json::kPadding, '\0')) {
    index_.build(std::string_view(text_).substr(0, json.size()));
    fields_.clear(projection.field_count());
    ok_ = index_.fault() == json::IndexFault::None && !index_.tokens().empty() &&
          json::project(index_, 0, projection, fields_).status == json::WalkStatus::Complete;
  }
  bool ok() const { return ok_; }
  json::Projected& fields() { return fields_; }

 private:
  std::string text_;
  json::StructuralIndex index_;
  json::Projected fields_;
  bool ok_ = false;
};

enum class Answer { Match, NoMatch, Invalid, BadEvent };

inline Answer ask(std::string_view pattern, std::string_view event,
                  Subject subject = Subject::Raw) {
  match::MatcherBuilder builder;
  if (!compile(pattern, subject, builder)) return Answer::Invalid;
  const match::Matcher matcher = std::move(builder).build();
  ProjectedEvent projected(event, matcher.projection());
  if (!projected.ok()) return Answer::BadEvent;
  match::MatchScratch scratch;
  std::vector<match::RuleId> matched;
  matcher.match(projected.fields(), scratch, matched);
  return matched.empty() ? Answer::NoMatch : Answer::Match;
}

}  // namespace trailwarden::pattern
