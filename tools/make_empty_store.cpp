// Writes the store that a database in memory begins with, as the file SQLite would make of it.
//
//   make_empty_store OUTPUT.db
//
// Part of the build: src/store/CMakeLists.txt runs it and embeds the file.
#include <sqlite3.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "store/database.h"
#include "store/empty_store.h"
#include "store/schema.h"

namespace {

using trailwarden::Result;
using trailwarden::store::Database;
using trailwarden::store::kEmptyStorePageBytes;

Result<std::string> empty_store() {
  const auto database = TW_TRY(Database::open(":memory:", Database::Access::Write));
  TW_TRY(database->execute("PRAGMA page_size = " + std::to_string(kEmptyStorePageBytes)));
  TW_TRY(trailwarden::store::migrate(*database, trailwarden::store::migrations()));
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> bytes(
      sqlite3_serialize(database->handle(), "main", &size, 0), sqlite3_free);
  if (bytes == nullptr) return tl::unexpected(database->error(SQLITE_NOMEM));
  return std::string(reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_empty_store OUTPUT.db\n");
    return 2;
  }
  const auto bytes = empty_store();
  if (!bytes) {
    std::fprintf(stderr, "%s\n", to_string(bytes.error()).c_str());
    return 1;
  }
  std::ofstream file(argv[1], std::ios::binary);
  file << *bytes;
  file.close();
  if (!file) {
    std::fprintf(stderr, "%s: cannot be written\n", argv[1]);
    return 1;
  }
  return 0;
}
