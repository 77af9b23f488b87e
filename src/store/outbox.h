// What the outbox has for a sink: the one query that Writer::claim and Store::due_messages share.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"
#include "store/rows.h"

namespace trailwarden::store {

Result<std::vector<OutboxRow>> due_messages(Database& database, std::string_view sink,
                                            UnixMillis now, std::size_t limit);

// To be called when nobody else can be sending: attempts that have begun are in doubt
// kUnderWayMax later.
Result<void> doubt_begun_attempts(Database& database);

}  // namespace trailwarden::store
