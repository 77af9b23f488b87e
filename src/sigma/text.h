// Sigma's text values: wildcards (* any run, ? one character) and their escapes.
// Semantics: sigma-specification v2.1.0, "Escaping".
#pragma once

#include <string>
#include <string_view>

#include "match/predicate.h"

namespace trailwarden::sigma {

// A text as written in a rule, escapes resolved: \* and \? are the characters themselves, \\ is one
// backslash, and a backslash before anything else is a backslash.
match::Glob parse_text(std::string_view written);

// A glob of this literal alone; empty for an empty text.
match::Glob literal_glob(std::string literal);

bool has_wildcard(const match::Glob& glob);
// The text of a glob without wildcards.
std::string literal_of(const match::Glob& glob);

// Put a run (*) before or behind, unless one stands there.
void open_front(match::Glob& glob);
void open_back(match::Glob& glob);

// The cheapest test that holds for the same texts: equality, prefix, suffix or part where the
// wildcards allow, presence for a lone *.
match::Test test_of(const match::Glob& glob, match::Case letters);

}  // namespace trailwarden::sigma
