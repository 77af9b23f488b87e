// The bytes of an object that is too large to be held whole.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cloudtrail/byte_stream.h"
#include "source/listing.h"
#include "source/object_store.h"
#include "source/patience.h"

namespace trailwarden::source {

// Gets one range after the other as it is read. Fails when the object is replaced meanwhile.
class RangeStream final : public cloudtrail::ByteStream {
 public:
  // `on_failure` is told what read() could not get.
  using OnFailure = std::function<void(const aws::Failure&)>;
  RangeStream(std::shared_ptr<ObjectStore> store, ListedObject object, std::uint64_t range_bytes,
              Patience patience, OnFailure on_failure);

  std::size_t read(std::span<char> into) override;
  std::string failure() const override { return failure_; }

 private:
  // False: at the end, or failed.
  bool fill();

  std::shared_ptr<ObjectStore> store_;
  ListedObject object_;
  std::uint64_t range_bytes_;
  Patience patience_;
  OnFailure on_failure_;
  std::uint64_t next_ = 0;  // Of the object's bytes, the first that was not fetched.
  std::string range_;
  std::size_t used_ = 0;  // Of range_.
  std::string failure_;
};

}  // namespace trailwarden::source
