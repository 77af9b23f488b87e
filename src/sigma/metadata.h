// What a Sigma rule says of itself: everything outside its detection.
#pragma once

#include <string>
#include <string_view>

#include "sigma/remarks.h"
#include "sigma/rule.h"
#include "sigma/yaml.h"

namespace trailwarden::sigma {

// Reads and checks the metadata of `document`, a mapping. `fallback_id` names a rule without id.
Rule read_metadata(const Node& document, std::string_view fallback_id, Remarks& remarks);

struct LogSource {
  bool ours = false;        // AWS CloudTrail.
  std::string description;  // "product windows, category process_creation"
};

// Reads and checks the logsource. One that is missing or no map is an error, and then ours, so that
// the rule's other problems are told too.
LogSource read_log_source(const Node& document, Remarks& remarks);

}  // namespace trailwarden::sigma
