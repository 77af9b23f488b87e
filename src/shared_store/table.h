// One DynamoDB table: items of a key, a version and a document, read with what was last written,
// and written all together or not at all.
// Source of fact: Amazon DynamoDB Developer Guide, "Amazon DynamoDB Transactions: How it works".
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "base/result.h"
#include "shared_store/keys.h"
#include "store/rows.h"

namespace trailwarden::shared_store {

struct Item {
  Key key;
  std::uint64_t version = 0;
  std::string document;
};

struct ItemWrite {
  Key key;
  // The version that is replaced: 0 where there is no such item yet, nothing where that does not
  // matter.
  std::optional<std::uint64_t> replaces;
  std::uint64_t version = 1;
  std::string document;
  UnixSeconds expires = 0;  // When DynamoDB may remove it.
  // Lists it in the index of what is due: sink_partition(), and when.
  std::optional<std::pair<std::string, store::UnixMillis>> due;

  std::size_t bytes() const;
};

// What the index says of an item: it may be behind by some time.
struct DueItem {
  Key key;
  std::uint64_t version = 0;
  store::UnixMillis due = 0;
};

// The largest document, in bytes: an item has 400 KB, keys and names included.
inline constexpr std::size_t kDocumentMax = 390'000;
// The bounds of one transaction.
inline constexpr std::size_t kWritesMax = 100;
inline constexpr std::size_t kWriteBytesMax = 3'500'000;  // Of 4 MB.

// Safe for any number of threads. Nothing is asked of anybody before the first call.
class Table {
 public:
  using OpenSession = std::function<Result<aws::Session>()>;
  using Sleep = std::function<void(std::chrono::milliseconds)>;

  Table(std::string name, OpenSession open_session, Sleep sleep)
      : name_(std::move(name)), open_session_(std::move(open_session)), sleep_(std::move(sleep)) {}

  // As it was last written. Nothing: there is no such item.
  Result<std::optional<Item>> get(const Key& key) const;

  // Those from `first` to `last`, both included, in order of their sort keys, to `on_item`, until
  // that answers false.
  Result<void> query(const EventRange& range,
                     const std::function<Result<bool>(Item)>& on_item) const;

  // What the index lists for a sink, the earliest first, to `on_item`, until that answers false.
  Result<void> due(std::string_view sink,
                   const std::function<Result<bool>(DueItem)>& on_item) const;

  // Writes all, or nothing: which of the writes (by their places) found another version than the
  // one they replace. Empty: all were written. Others' transactions that are under way are waited
  // for. Error: LimitExceeded, more than one transaction can hold; Io, it could not be done, or, if
  // the network lost the answer, nobody knows.
  Result<std::vector<std::size_t>> write(const std::vector<ItemWrite>& writes) const;

 private:
  Result<boost::json::object> call(const aws::Operation& operation,
                                   const boost::json::object& input) const;
  Result<void> each_page(
      boost::json::object input,
      const std::function<Result<bool>(const boost::json::object&)>& on_item) const;
  Result<aws::Client*> client() const;

  const std::string name_;
  const OpenSession open_session_;
  const Sleep sleep_;
  mutable std::mutex mutex_;  // Over client_.
  mutable std::unique_ptr<aws::Client> client_;
};

// A pause before try number `attempt` (from 1): by chance up to `first` doubled each time.
std::chrono::milliseconds pause_before(unsigned attempt, std::chrono::milliseconds first);

}  // namespace trailwarden::shared_store
