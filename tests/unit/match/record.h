// A record for a matcher: a JSON text indexed and walked, with the memory it points into.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/projected.h"
#include "json/structural_index.h"
#include "json/walker.h"
#include "match/matcher.h"

namespace trailwarden::match {

class Record {
 public:
  Record(std::string_view json, const json::Projection& projection)
      : text_(std::string(json) + std::string(json::kPadding, '\0')) {
    index_.build(std::string_view(text_).substr(0, json.size()));
    fields_.clear(projection.field_count());
    ok_ = index_.fault() == json::IndexFault::None && !index_.tokens().empty() &&
          json::project(index_, 0, projection, fields_).status == json::WalkStatus::Complete;
  }
  bool ok() const { return ok_; }
  json::Projected& fields() { return fields_; }
  const json::StructuralIndex& index() const { return index_; }
  std::string_view text() const { return index_.text(); }

 private:
  std::string text_;
  json::StructuralIndex index_;
  json::Projected fields_;
  bool ok_ = false;
};

// The rules that hold for `record`; none where that is not ok().
inline std::vector<RuleId> rules_of(const Matcher& matcher, Record& record) {
  MatchScratch scratch;
  std::vector<RuleId> matched;
  if (record.ok()) matcher.match(record.fields(), scratch, matched);
  return matched;
}

inline std::vector<RuleId> rules_of(const Matcher& matcher, std::string_view json) {
  Record record(json, matcher.projection());
  return rules_of(matcher, record);
}

}  // namespace trailwarden::match
