// Which objects of a bucket were read, which are on their way, and which gave trouble. Knows no
// bucket and no clock: both are told to it.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "base/utc_time.h"
#include "source/live_source.h"

namespace trailwarden::source {

// One thread at a time. Some 20 bytes an object.
class ObjectLedger {
 public:
  // `read`: what earlier runs were done with.
  explicit ObjectLedger(std::span<const ReadObject> read);

  // Whether an object that a listing shows is to be fetched. If so it is on its way from now on;
  // otherwise it is known: done, on its way, or to be tried again at a later time.
  bool take_up(const ReadObject& object, UnixSeconds now);
  // The object was fetched, and is in somebody's hands until it is done or failed.
  ReadObject hand_out(std::uint64_t id);
  void done(std::uint64_t id);
  // It could not be fetched, or not be handled. It may be taken up again after 1, 2, 4, … 60
  // minutes. The seconds until then.
  std::chrono::seconds failed(std::uint64_t id, UnixSeconds now);
  // Whatever was taken up and not fetched can be taken up again.
  void drop_unfetched();

  bool has_handed_out() const { return handed_out_ != 0; }

  // Gives up what has been in trouble for a day: it counts as done. How many those were.
  std::size_t give_up_old(UnixSeconds now);
  // Of those in trouble.
  std::optional<std::chrono::sys_days> first_day_in_trouble() const;
  // Forgets what was done of earlier days.
  void forget_before(std::chrono::sys_days day);

 private:
  enum class State : std::uint8_t { TakenUp, HandedOut, InTrouble, Done };
  struct Entry {
    std::chrono::sys_days day;
    State state = State::TakenUp;
  };
  struct Trouble {
    UnixSeconds since = 0;
    UnixSeconds again_at = 0;
    unsigned failures = 0;
  };

  Entry* find(std::uint64_t id);

  boost::unordered_flat_map<std::uint64_t, Entry> objects_;
  std::map<std::uint64_t, Trouble> troubles_;  // Of objects that have failed and are not done.
  std::size_t handed_out_ = 0;
};

}  // namespace trailwarden::source
