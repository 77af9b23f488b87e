// What opening a store does to its outbox.
#pragma once

#include "base/result.h"
#include "store/database.h"

namespace trailwarden::store {

// To be called when nobody else can be sending: attempts that have begun are in doubt
// kUnderWayMax later.
Result<void> doubt_begun_attempts(Database& database);

}  // namespace trailwarden::store
