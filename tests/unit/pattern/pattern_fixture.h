// Compiling one pattern and asking it about one event, the way the product does.
#pragma once

#include <string_view>
#include <utility>

#include "../match/record.h"
#include "pattern/pattern.h"

namespace trailwarden::pattern {

enum class Answer { Match, NoMatch, Invalid, BadEvent };

inline Answer ask(std::string_view pattern, std::string_view event,
                  Subject subject = Subject::Raw) {
  match::MatcherBuilder builder;
  if (!compile(pattern, subject, builder)) return Answer::Invalid;
  const match::Matcher matcher = std::move(builder).build();
  match::Record record(event, matcher.projection());
  if (!record.ok()) return Answer::BadEvent;
  return match::rules_of(matcher, record).empty() ? Answer::NoMatch : Answer::Match;
}

}  // namespace trailwarden::pattern
