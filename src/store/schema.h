// The store's tables, and how a file of an older version becomes one of this.
#pragma once

#include <span>

#include "base/result.h"
#include "store/database.h"

namespace trailwarden::store {

// Written into the file (PRAGMA application_id): "TWdn". What `file` and we know a store by.
inline constexpr std::int32_t kApplicationId = 0x5457646e;

// SQL that makes version N of version N - 1, where N is its place in the list, from 1.
using Migration = const char*;
std::span<const Migration> migrations();

// The version of the file's tables: 0 for a file without any. Error: no store at all, or damaged.
Result<int> schema_version(Database& database);

// Brings the file up to date, each step in one transaction. Error: made by a newer version.
Result<void> migrate(Database& database, std::span<const Migration> steps);

// That the file can be read as it is. Error: it would have to be migrated first, or is newer.
Result<void> check_version(Database& database, std::span<const Migration> steps);

}  // namespace trailwarden::store
