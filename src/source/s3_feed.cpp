#include "source/s3_feed.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "source/patience.h"
#include "source/range_stream.h"

namespace trailwarden::source {
namespace {

using cloudtrail::Portion;
using cloudtrail::Problem;
using cloudtrail::ProblemKind;

// Refusals that are about us or about the bucket: the next object would fare no better.
bool concerns_all(const aws::Failure& failure) {
  constexpr std::array<std::string_view, 10> kCodes = {
      "AccountProblem",       "AllAccessDisabled",  "AuthorizationHeaderMalformed",
      "ExpiredToken",         "InvalidAccessKeyId", "InvalidToken",
      "NoSuchBucket",         "PermanentRedirect",  "RequestTimeTooSkewed",
      "SignatureDoesNotMatch"};
  return failure.kind != aws::Failure::Kind::Refused ||
         std::find(kCodes.begin(), kCodes.end(), failure.code) != kCodes.end();
}

std::string cause_of(const aws::Failure& failure) {
  std::string cause;
  if (failure.code == "NoSuchKey") cause = "gone since it was listed: ";
  if (failure.code == "InvalidObjectState") cause = "archived, to be restored before it is read: ";
  return cause + aws::to_string(failure);
}

Error error_of(const ListedObject& object, const aws::Failure& failure) {
  Error error = aws::to_error(failure);
  error.where = object.name();
  return error;
}

}  // namespace

S3Feed::S3Feed(std::shared_ptr<ObjectStore> store, std::vector<aws::S3Location> locations,
               S3FeedOptions options, cloudtrail::FeedProgress& progress,
               const std::stop_token& stop)
    : store_(std::move(store)),
      options_(std::move(options)),
      on_stop_(stop, [this] { stop_.request_stop(); }),
      listing_(*store_, std::move(locations),
               {.days = options_.days,
                .wanted = options_.wanted,
                .lists_in_flight = options_.lists_in_flight},
               progress, stop_.get_token()) {
  for (std::size_t i = 0; i < options_.fetch.gets_in_flight; ++i) {
    threads_.emplace_back([this] { run(); });
  }
}

S3Feed::~S3Feed() { stop_.request_stop(); }

void S3Feed::run() {
  while (Slot* const slot = begin_next()) arrive(*slot, fetch(slot->object));
}

// Sets whether objects may be begun. Not again at once when there is room for one: threads that
// sleep and wake for each object take the processor from those that read.
void S3Feed::look_for_room() {
  const FetchLimits& limits = options_.fetch;
  const bool is_full =
      slots_.size() >= limits.objects_ahead_max || bytes_ahead_ >= limits.bytes_ahead_max;
  const bool is_half_empty =
      slots_.size() <= limits.objects_ahead_max / 2 && bytes_ahead_ <= limits.bytes_ahead_max / 2;
  if (slots_.empty() || is_half_empty) {
    if (!std::exchange(is_filling_, true)) room_.notify_all();
  } else if (is_full) {
    is_filling_ = false;
  }
}

// False: no more are to be got.
bool S3Feed::wait_for_room() {
  std::unique_lock lock(mutex_);
  const bool woken = room_.wait(lock, stop_.get_token(),
                                [this] { return is_filling_ || failure_ || listed_all_; });
  return woken && !failure_ && !listed_all_;
}

// The next object of the listing, with its slot in the same order; nullptr: no more are to be got.
S3Feed::Slot* S3Feed::begin_next() {
  const std::lock_guard turn(listing_mutex_);
  if (!wait_for_room()) return nullptr;
  auto object = listing_.next();
  const std::lock_guard lock(mutex_);
  if (!object || !*object) {
    listed_all_ = true;
    if (!object) failure_ = std::move(object).error();
    arrivals_.notify_all();
    return nullptr;
  }
  slots_.push_back(std::make_unique<Slot>(Slot{**std::move(object), std::nullopt}));
  Slot* const slot = slots_.back().get();
  bytes_ahead_ += slot->object.info.size;
  look_for_room();
  return slot;
}

Result<Portion> S3Feed::fetch(const ListedObject& object) {
  const FetchLimits& limits = options_.fetch;
  Portion portion;
  portion.slice = {.path = object.name(), .bytes = object.info.size, .from_folder = !object.named};
  portion.version = object.version();
  if (options_.is_known && options_.is_known(portion.slice.path, portion.version)) return portion;

  const Patience patience(limits.rounds, limits.pause, stop_.get_token());
  if (object.info.size > limits.whole_object_max) {
    portion.stream =
        std::make_unique<RangeStream>(store_, object, limits.whole_object_max, patience,
                                      [this, object](const aws::Failure& failure) {
                                        if (concerns_all(failure))
                                          give_up(error_of(object, failure));
                                      });
    return portion;
  }
  auto got = patience.ask([&](const std::stop_token& stop) {
    return store_->get(object.bucket, object.info.key, limits.whole_object_max, stop);
  });
  if (got) {
    portion.stream = std::make_unique<cloudtrail::TextStream>(std::move(got->body));
    return portion;
  }
  const aws::Failure& failure = got.error();
  const bool about_object =
      failure.kind == aws::Failure::Kind::Unreadable || !concerns_all(failure);
  if (object.named || !about_object) return tl::unexpected(error_of(object, failure));
  portion.problem = Problem{ProblemKind::Unreadable, portion.slice.path, 0, cause_of(failure)};
  return portion;
}

void S3Feed::arrive(Slot& slot, Result<Portion> portion) {
  if (!portion) return give_up(std::move(portion).error());
  const std::lock_guard lock(mutex_);
  if (portion->problem) {
    if (refused_++ == 0) first_refusal_ = to_string(*portion->problem);
  } else {
    ++had_;
  }
  slot.portion = *std::move(portion);
  arrivals_.notify_all();
}

void S3Feed::give_up(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
  room_.notify_all();
  arrivals_.notify_all();
}

// The slot to hand out next, if it is here.
S3Feed::Slots::iterator S3Feed::arrived() {
  const bool in_order = options_.order == cloudtrail::FeedOrder::Given;
  const auto end = in_order && !slots_.empty() ? slots_.begin() + 1 : slots_.end();
  const auto found =
      std::find_if(slots_.begin(), end, [](const auto& slot) { return slot->portion.has_value(); });
  return found == end ? slots_.end() : found;
}

Result<std::optional<Portion>> S3Feed::next(const std::stop_token&) {
  std::unique_lock lock(mutex_);
  const bool there = arrivals_.wait(lock, stop_.get_token(), [this] {
    return failure_ || arrived() != slots_.end() || (listed_all_ && slots_.empty());
  });
  if (!there || stop_.stop_requested()) return std::nullopt;
  if (failure_) return tl::unexpected(*failure_);
  const auto slot = arrived();
  if (slot == slots_.end()) return next_left_out();
  Portion portion = *std::move((*slot)->portion);
  bytes_ahead_ -= (*slot)->object.info.size;
  slots_.erase(slot);
  look_for_room();
  return portion;
}

// Behind the objects: what was not among them.
Result<std::optional<Portion>> S3Feed::next_left_out() {
  if (had_ == 0 && refused_ != 0) {
    return fail(ErrorCode::Io, "none of " + std::to_string(refused_) + " objects could be read",
                first_refusal_);
  }
  if (!left_out_) left_out_ = listing_.left_out();
  if (left_out_->empty()) return std::nullopt;
  Portion portion;
  portion.slice.path = left_out_->back();
  portion.problem = Problem{ProblemKind::LeftOut, left_out_->back(), 0, "holds no events"};
  left_out_->pop_back();
  return portion;
}

}  // namespace trailwarden::source
