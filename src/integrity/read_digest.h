// One digest file from the store into a node.
#pragma once

#include "integrity/chain.h"
#include "integrity/unpack.h"

namespace trailwarden::integrity {

// Fills the node whose stored_key is set, all but what judge_chain() finds. The list of log files
// goes to `logs` (null: it is only counted).
void read_digest(Store& store, Unpacker& unpacker, const std::stop_token& stop, Node& node,
                 std::vector<LogReference>* logs = nullptr);

}  // namespace trailwarden::integrity
