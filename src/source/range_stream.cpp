#include "source/range_stream.h"

#include <algorithm>
#include <utility>

namespace trailwarden::source {

RangeStream::RangeStream(std::shared_ptr<ObjectStore> store, ListedObject object,
                         std::uint64_t range_bytes, Patience patience, OnFailure on_failure)
    : store_(std::move(store)),
      object_(std::move(object)),
      range_bytes_(range_bytes),
      patience_(std::move(patience)),
      on_failure_(std::move(on_failure)) {}

std::size_t RangeStream::read(std::span<char> into) {
  if (used_ == range_.size() && !fill()) return 0;
  const std::size_t bytes = std::min(into.size(), range_.size() - used_);
  std::copy_n(range_.data() + used_, bytes, into.data());
  used_ += bytes;
  return bytes;
}

bool RangeStream::fill() {
  const std::uint64_t end = std::min(next_ + range_bytes_, object_.info.size);
  if (next_ == end || !failure_.empty()) return false;
  auto got = patience_.ask([&](const std::stop_token& stop) {
    return store_->get_range(object_.bucket, object_.info.key, next_, end, stop);
  });
  if (!got) {
    failure_ = aws::to_string(got.error());
    on_failure_(got.error());
    return false;
  }
  if (got->etag != object_.info.etag || got->body.size() != end - next_) {
    failure_ = "the object was replaced while it was read";
    return false;
  }
  range_ = std::move(got->body);
  used_ = 0;
  next_ = end;
  return true;
}

}  // namespace trailwarden::source
