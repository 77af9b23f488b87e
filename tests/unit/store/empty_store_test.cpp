// The store that the binary brings with it is the one that its migrations make.
#include "store/empty_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>

#include "rows.h"
#include "store/schema.h"

namespace trailwarden::store {
namespace {

std::unique_ptr<Database> open_empty() {
  auto database = Database::open(":memory:", Database::Access::Write);
  if (!database) ADD_FAILURE() << to_string(database.error());
  return database ? *std::move(database) : nullptr;
}

// The database as a file, without what counts changes of the content (bytes 24 to 27 and 92 to 95)
// and of the schema (40 to 43; sqlite.org, "Database File Format").
std::string bytes_of(Database& database) {
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> bytes(
      sqlite3_serialize(database.handle(), "main", &size, 0), sqlite3_free);
  std::string file(reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size));
  for (const std::size_t counter : {24U, 40U, 92U}) file.replace(counter, 4, 4, '\0');
  return file;
}

TEST(EmptyStore, IsWhatTheMigrationsMake) {
  const auto migrated = open_empty();
  const std::string pages = "PRAGMA page_size = " + std::to_string(kEmptyStorePageBytes);
  ASSERT_TRUE(migrated->execute(pages).has_value());
  ASSERT_TRUE(migrate(*migrated, migrations()).has_value());
  const auto copied = open_empty();
  ASSERT_TRUE(copy_empty_store(*copied).has_value());
  EXPECT_TRUE(check_version(*copied, migrations()).has_value());
  EXPECT_TRUE(bytes_of(*copied) == bytes_of(*migrated)) << "byte by byte";
}

TEST(EmptyStore, ACopyIsWrittenAndTheNextOneIsEmptyAgain) {
  for (int round = 0; round < 2; ++round) {
    const auto store = open_or_die(":memory:");
    EXPECT_EQ(value(store->counter("n")), 0U) << round;
    write_or_die(*store, [](Writer& to) { succeed(to.count("n", 3)); });
    EXPECT_EQ(value(store->counter("n")), 3U);
  }
}

}  // namespace
}  // namespace trailwarden::store
