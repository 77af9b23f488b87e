// The stores that the contract is tried on: a file's, in memory, and a table's, where there is one.
#pragma once

#include <memory>
#include <string>

#include "shared_store/shared_store.h"

namespace trailwarden::shared_store {

// A table that no other test uses, at the server that TW_DYNAMODB names ("http://127.0.0.1:8000");
// empty without one. tests/shared_store makes tables 0 to 99 of the prefix TW_DYNAMODB_TABLES.
std::string fresh_table();

// A process's store of that table. `now` moves as the test likes.
std::unique_ptr<SharedStore> open_shared(const std::string& table, const store::UnixMillis& now);

}  // namespace trailwarden::shared_store
