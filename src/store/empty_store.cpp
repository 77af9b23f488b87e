#include "store/empty_store.h"

#include <sqlite3.h>

#include <memory>
#include <string>

namespace trailwarden::store {
namespace {

// Lends the image to a connection of its own, which reads it where it stands.
Result<std::unique_ptr<Database>> open_image() {
  auto image = TW_TRY(Database::open(":memory:", Database::Access::Write));
  const std::string_view bytes = empty_store_image();
  // SQLite takes no const bytes, but leaves those alone that are READONLY.
  auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  const int code =
      sqlite3_deserialize(image->handle(), "main", data, size, size, SQLITE_DESERIALIZE_READONLY);
  if (code != SQLITE_OK) return tl::unexpected(image->error(code));
  // Pages are then taken from where they are, and not into a cache first.
  TW_TRY(image->execute("PRAGMA mmap_size = " + std::to_string(bytes.size())));
  return image;
}

}  // namespace

// Copied page by page, instead of lent to `database` itself: that stays an ordinary database in
// memory, which knows no largest size and no second copy of its pages.
Result<void> copy_empty_store(Database& database) {
  const auto image = TW_TRY(open_image());
  sqlite3_backup* copy = sqlite3_backup_init(database.handle(), "main", image->handle(), "main");
  if (copy != nullptr) sqlite3_backup_step(copy, -1);  // Its failure is finish()'s too.
  const int code =
      copy != nullptr ? sqlite3_backup_finish(copy) : sqlite3_errcode(database.handle());
  if (code != SQLITE_OK) return tl::unexpected(database.error(code));
  return {};
}

}  // namespace trailwarden::store
