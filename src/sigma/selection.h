// The search identifiers of a rule's detection: each a map, a list of maps, or keywords.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "match/matcher.h"
#include "sigma/draft.h"
#include "sigma/remarks.h"
#include "sigma/yaml.h"

namespace trailwarden::sigma {

struct Selection {
  std::string name;
  Position at;
  match::Expression expression;  // In the draft's ids.
};

// Why a predicate cannot be built (a regular expression that the engine refuses), or nothing.
using PredicateCheck = std::function<std::optional<std::string>(const match::Test&)>;

// Compiles the value of one search identifier. Problems go to `remarks`; the selection exists even
// then, so that the condition does not complain about its name as well.
Selection compile_selection(const Node& definition, const PredicateCheck& check, Draft& draft,
                            Remarks& remarks);

}  // namespace trailwarden::sigma
