// What reading one portion adds to a scan, as bytes that another run can take over: see
// checkpoint.h.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"
#include "base/utc_time.h"
#include "cloudtrail/problem.h"

namespace trailwarden::scan {

// A record that was judged, as the totals take it. Nothing in it depends on what other portions
// hold: whether it is a repeat is found out by whoever adds it up. Borrowed.
struct JudgedRecord {
  std::optional<std::uint64_t> fingerprint;  // Of repeat_set.h; nothing: it has no id.
  std::optional<UnixSeconds> time;
  std::string_view user{}, service{}, region{};
  bool suppressed = false;
  std::string_view event{};     // triage::encode(), of an event that is kept; else empty.
  std::string_view line_key{};  // Of a kept event without findings: line_order.h. Else empty.
};

// Takes an outcome apart again, in the order in which it was put together.
class OutcomeVisitor {
 public:
  virtual ~OutcomeVisitor() = default;
  virtual void on_judged(const JudgedRecord& record) = 0;
  virtual void on_filtered(std::uint64_t records) = 0;
  virtual void on_problem(const cloudtrail::Problem& problem) = 0;
};

// Puts one outcome together. A name is written once, and then by its number.
class OutcomeWriter {
 public:
  void add(const JudgedRecord& record);
  void add_filtered(std::uint64_t records = 1) { filtered_ += records; }
  void add(const cloudtrail::Problem& problem);

  // Whether the outcome is all there is to say: false where a part of the portion could not be read
  // just now, or more was to be kept than kOutcomeBytesMax. Such a portion has to be read again.
  bool is_whole() const { return whole_; }
  // The bytes; the writer is as new afterwards.
  std::string take();

 private:
  void put_name(std::string_view name);

  std::string bytes_;
  boost::unordered_flat_map<std::string, std::uint64_t, TextHash, std::equal_to<>> names_;
  std::uint64_t filtered_ = 0;
  UnixSeconds last_time_ = 0;
  bool whole_ = true;
};

// What is held for one portion at most. 16 MiB of NDJSON come to about 1 MiB, with --all to 10.
inline constexpr std::size_t kOutcomeBytesMax = std::size_t{64} << 20;

// Error: the bytes are no outcome; the visitor may have been told a part of it.
Result<void> read_outcome(std::string_view bytes, OutcomeVisitor& visitor);

}  // namespace trailwarden::scan
