// A model's reply as JSON, for the journal: whoever goes on reads what was paid for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/provider.h"

namespace trailwarden::digest {

// What it says and how it ended; not what it cost, which was counted when it came.
std::string to_json(const model::Reply& reply);
// Nothing: the text is no such reply.
std::optional<model::Reply> reply_from_json(std::string_view text);

}  // namespace trailwarden::digest
