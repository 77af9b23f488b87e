#include "shared_store/table.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <random>
#include <utility>

#include "aws/scalar.h"
#include "base/hex.h"

namespace trailwarden::shared_store {
namespace {

namespace bj = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::string_view kPartition = "pk";
constexpr std::string_view kSort = "sk";
constexpr std::string_view kVersion = "v";
constexpr std::string_view kDocument = "doc";
constexpr std::string_view kExpires = "expires";
constexpr std::string_view kSink = "sink";
constexpr std::string_view kDue = "due";
constexpr std::string_view kDueIndex = "due";
// Names and numbers of an item beside its keys and its document, generously.
constexpr std::size_t kItemOverhead = 200;
// A transaction that meets others' is tried for so long …
constexpr seconds kTransactMax{20};
constexpr milliseconds kFirstPause{10};
// … and one exchange takes no longer than this, or is done again.
constexpr seconds kSilenceMax{5};
constexpr seconds kExchangeMax{10};
constexpr std::int64_t kDuePage = 25;

std::mt19937_64& random_bits() {
  thread_local std::mt19937_64 bits{std::random_device{}()};
  return bits;
}

bj::object text_value(std::string_view text) { return {{"S", text}}; }
bj::object number_value(std::int64_t number) { return {{"N", std::to_string(number)}}; }

bj::object key_value(const Key& key) {
  return {{kPartition, text_value(key.partition)}, {kSort, text_value(key.sort)}};
}

// The text of an attribute of this kind; empty: there is none.
std::string_view attribute(const bj::object& item, std::string_view name, std::string_view kind) {
  const bj::value* value = item.if_contains(name);
  const bj::object* typed = value == nullptr ? nullptr : value->if_object();
  const bj::value* text = typed == nullptr ? nullptr : typed->if_contains(kind);
  return text == nullptr || !text->is_string() ? std::string_view() : aws::view(text->get_string());
}

std::int64_t number_of(const bj::object& item, std::string_view name) {
  const std::string_view text = attribute(item, name, "N");
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Key key_of(const bj::object& item) {
  return {std::string(attribute(item, kPartition, "S")), std::string(attribute(item, kSort, "S"))};
}

Item item_of(const bj::object& item) {
  return {.key = key_of(item),
          .version = static_cast<std::uint64_t>(number_of(item, kVersion)),
          .document = std::string(attribute(item, kDocument, "B"))};
}

bj::object put_of(const std::string& table, const ItemWrite& write) {
  bj::object item = key_value(write.key);
  item[kVersion] = number_value(static_cast<std::int64_t>(write.version));
  item[kDocument] = bj::object{{"B", write.document}};
  item[kExpires] = number_value(write.expires);
  if (write.due) {
    item[kSink] = text_value(write.due->first);
    item[kDue] = number_value(write.due->second);
  }
  bj::object put{{"TableName", table}, {"Item", std::move(item)}};
  if (write.replaces && *write.replaces == 0) {
    put["ConditionExpression"] = "attribute_not_exists(#pk)";
    put["ExpressionAttributeNames"] = bj::object{{"#pk", kPartition}};
  } else if (write.replaces) {
    put["ConditionExpression"] = "#v = :v";
    put["ExpressionAttributeNames"] = bj::object{{"#v", kVersion}};
    put["ExpressionAttributeValues"] =
        bj::object{{":v", number_value(static_cast<std::int64_t>(*write.replaces))}};
  }
  return {{"Put", std::move(put)}};
}

Result<void> check_bounds(const std::vector<ItemWrite>& writes) {
  std::size_t bytes = 0;
  for (const ItemWrite& write : writes) bytes += write.bytes();
  if (writes.size() <= kWritesMax && bytes <= kWriteBytesMax) return {};
  return fail(ErrorCode::LimitExceeded, std::to_string(writes.size()) + " items of " +
                                            std::to_string(bytes) +
                                            " bytes are more than a transaction can hold");
}

// The same in every attempt to write the same: DynamoDB does it once.
std::string new_token() { return to_hex(random_bits()()) + to_hex(random_bits()()); }

// What to do about a transaction that was not carried out.
enum class Cancelled : std::uint8_t { ForGood, ByOthers, ByVersion };

Cancelled cause_of(const aws::Failure& failure) {
  const auto has = [&](std::string_view reason) {
    return std::find(failure.reasons.begin(), failure.reasons.end(), reason) !=
           failure.reasons.end();
  };
  // A call that was tried too often may work later, under the same token.
  if (failure.code != "TransactionCanceledException") {
    const bool is_passing = failure.kind == aws::Failure::Kind::Exhausted ||
                            failure.kind == aws::Failure::Kind::Unreachable ||
                            failure.kind == aws::Failure::Kind::Unreadable;
    return is_passing ? Cancelled::ByOthers : Cancelled::ForGood;
  }
  if (has("ConditionalCheckFailed")) return Cancelled::ByVersion;
  if (has("TransactionConflict") || has("ThrottlingError") ||
      has("ProvisionedThroughputExceeded")) {
    return Cancelled::ByOthers;
  }
  return Cancelled::ForGood;
}

std::vector<std::size_t> refused_ones(const aws::Failure& failure) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < failure.reasons.size(); ++i) {
    if (failure.reasons[i] == "ConditionalCheckFailed") places.push_back(i);
  }
  return places;
}

aws::CallOptions call_options() {
  aws::CallOptions options;
  options.limits.silence = kSilenceMax;
  options.limits.total = kExchangeMax;
  return options;
}

}  // namespace

std::size_t ItemWrite::bytes() const {
  return kItemOverhead + key.partition.size() + key.sort.size() + document.size();
}

milliseconds pause_before(unsigned attempt, milliseconds first) {
  constexpr milliseconds::rep kLongest = 1'000;
  const auto most = std::min(first.count() << std::min(attempt - 1, 10U), kLongest);
  return milliseconds(std::uniform_int_distribution<milliseconds::rep>(1, most)(random_bits()));
}

Result<aws::Client*> Table::client() const {
  const std::lock_guard lock(mutex_);
  if (!client_) {
    client_ = std::make_unique<aws::Client>(TW_TRY(open_session_()), aws::kDynamoDb);
  }
  return client_.get();
}

Result<bj::object> Table::call(const aws::Operation& operation, const bj::object& input) const {
  auto output = TW_TRY(client())->call(operation, input, {}, call_options());
  if (!output) return tl::unexpected(aws::to_error(output.error()));
  return *std::move(output);
}

Result<std::optional<Item>> Table::get(const Key& key) const {
  const bj::object input{{"TableName", name_}, {"Key", key_value(key)}, {"ConsistentRead", true}};
  const bj::object output = TW_TRY(call(aws::kGetItem, input));
  const bj::value* item = output.if_contains("Item");
  if (item == nullptr || !item->is_object() || item->get_object().empty()) return std::nullopt;
  return item_of(item->get_object());
}

Result<void> Table::each_page(bj::object input,
                              const std::function<Result<bool>(const bj::object&)>& on_item) const {
  for (;;) {
    bj::object output = TW_TRY(call(aws::kQuery, input));
    if (const bj::value* items = output.if_contains("Items")) {
      for (const bj::value& item : items->get_array()) {
        if (!TW_TRY(on_item(item.get_object()))) return {};
      }
    }
    bj::value* next = output.if_contains("LastEvaluatedKey");
    if (next == nullptr || next->get_object().empty()) return {};
    input["ExclusiveStartKey"] = std::move(*next);
  }
}

Result<void> Table::query(const EventRange& range,
                          const std::function<Result<bool>(Item)>& on_item) const {
  bj::object input{{"TableName", name_},
                   {"ConsistentRead", true},
                   {"KeyConditionExpression", "#pk = :pk AND #sk BETWEEN :first AND :last"},
                   {"ExpressionAttributeNames", {{"#pk", kPartition}, {"#sk", kSort}}},
                   {"ExpressionAttributeValues", bj::object{{":pk", text_value(range.partition)},
                                                            {":first", text_value(range.first)},
                                                            {":last", text_value(range.last)}}}};
  return each_page(std::move(input),
                   [&](const bj::object& item) { return on_item(item_of(item)); });
}

Result<void> Table::due(std::string_view sink,
                        const std::function<Result<bool>(DueItem)>& on_item) const {
  bj::object input{{"TableName", name_},
                   {"IndexName", kDueIndex},
                   {"Limit", kDuePage},
                   {"KeyConditionExpression", "#sink = :sink"},
                   {"ExpressionAttributeNames", bj::object{{"#sink", kSink}}},
                   {"ExpressionAttributeValues", bj::object{{":sink", text_value(sink)}}}};
  return each_page(std::move(input), [&](const bj::object& item) {
    return on_item({.key = key_of(item),
                    .version = static_cast<std::uint64_t>(number_of(item, kVersion)),
                    .due = number_of(item, kDue)});
  });
}

Result<std::vector<std::size_t>> Table::write(const std::vector<ItemWrite>& writes) const {
  TW_TRY(check_bounds(writes));
  bj::array puts;
  for (const ItemWrite& write : writes) puts.push_back(put_of(name_, write));
  const bj::object input{{"TransactItems", std::move(puts)}, {"ClientRequestToken", new_token()}};
  aws::Client& client = *TW_TRY(this->client());
  const auto until = steady_clock::now() + kTransactMax;
  for (unsigned attempt = 1;; ++attempt) {
    const auto output = client.call(aws::kTransactWriteItems, input, {}, call_options());
    if (output) return std::vector<std::size_t>();
    const aws::Failure& failure = output.error();
    const Cancelled cause = cause_of(failure);
    if (cause == Cancelled::ByVersion) return refused_ones(failure);
    if (cause == Cancelled::ForGood || steady_clock::now() > until) {
      return tl::unexpected(aws::to_error(failure));
    }
    sleep_(pause_before(attempt, kFirstPause));
  }
}

}  // namespace trailwarden::shared_store
