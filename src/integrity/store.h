// Where a trail's files lie: a bucket, or a folder that mirrors one.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cloudtrail/byte_stream.h"

namespace trailwarden::integrity {

// The x-amz-meta-* fields of an object, without that prefix: "signature", "signature-algorithm",
// "backfill-generation-timestamp".
using Metadata = std::map<std::string, std::string, std::less<>>;

// The bytes of one object as they are stored.
class ObjectBytes : public cloudtrail::ByteStream {
 public:
  // Why read() ended before the end; empty while all is well.
  virtual std::string failure() const = 0;
};

struct StoredObject {
  std::unique_ptr<ObjectBytes> bytes;
  Metadata metadata;  // Only where it was asked for.
};

enum class Want : std::uint8_t { Bytes, BytesAndMetadata };

// Keys are the store's own: paths below the folder that was named, or S3 keys. A folder is "" or
// ends with '/'. Safe for any number of threads.
class Store {
 public:
  virtual ~Store() = default;

  // The folder in which to begin.
  virtual std::string top() const = 0;
  // The bucket, and that keys are those of S3. A mirror knows neither.
  virtual std::optional<std::string> bucket() const = 0;
  // Names, without '/', of the folders right below `folder`, in their order.
  virtual Result<std::vector<std::string>> folders(const std::string& folder) = 0;
  // Hands out the keys of all objects below `folder`, in no particular order.
  virtual Result<void> files(const std::string& folder,
                             const std::function<void(std::string key)>& on_file) = 0;
  // nullopt: there is no such object. Error: there is, or may be, and it cannot be read.
  virtual Result<std::optional<StoredObject>> get(const std::string& key, Want want,
                                                  const std::stop_token& stop) = 0;
};

}  // namespace trailwarden::integrity
