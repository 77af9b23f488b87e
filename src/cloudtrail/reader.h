// CloudTrail records out of whatever holds them: open this file first.
//
//   json::ProjectionBuilder fields;                       // What the consumers want to know …
//   const RecordShape shape = RecordShape::add_to(fields);  // … and what the reader must.
//   const json::Projection projection = std::move(fields).build();
//   for (const Slice& slice : slices) reader.read(slice, visitor, stop);   // One Reader a thread.
//
// Every record is walked once, by the reader, which fills the projection. (Those in the lower-case
// spelling of exports a second time, so that their fields are found under the usual names.) What is
// read is told by content, never by name; README.md lists the containers.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string_view>

#include "cloudtrail/inputs.h"
#include "cloudtrail/limits.h"
#include "cloudtrail/problem.h"
#include "cloudtrail/record_shape.h"
#include "json/projected.h"
#include "json/structural_index.h"

namespace trailwarden::cloudtrail {

// One record, borrowed: everything in it dies when the visit ends.
struct RawRecord {
  static constexpr std::uint32_t kNoEnvelope = UINT32_MAX;

  const json::StructuralIndex& index;  // Over the window that holds the record.
  std::uint32_t token;                 // The record's opening brace.
  std::uint32_t envelope_token;        // That of the EventBridge event around it, or kNoEnvelope.
  std::uint64_t offset;                // In the inflated input. Of a record in a string: of what
                                       // holds the string.
  std::string_view text;               // From { to }, as it stands (strings unwrapped).
  json::Projected& found;              // The projection, filled; of exports the folded one.
};

// Both calls come from the thread that reads, in the order of the text.
class RecordVisitor {
 public:
  virtual ~RecordVisitor() = default;
  virtual void on_record(const RawRecord& record) = 0;
  // Every record is either visited or reported here by a kind that counts_as_skipped().
  virtual void on_problem(const Problem& problem) = 0;
};

// How far all readers together have come; may be looked at from any thread while they work.
struct ReadProgress {
  std::atomic<std::uint64_t> bytes_read{0};      // Of the files, compressed as they are.
  std::atomic<std::uint64_t> bytes_inflated{0};  // Of the text in them.
};

struct Portion;

// Tests try other sizes than the product's: at least 16 bytes, so that a window holds a character.
struct ReaderOptions {
  std::size_t window_bytes = kWindowBytes;
};

// Reads slices, one after the other. One a thread: it owns the buffers, the decompressor and the
// index. Holds about 1 MiB for text and 2 MiB for its index; the largest file it met in one piece
// (kOneShotCompressedMax + kOneShotInflatedMax) and the largest record (4 * kRecordBytesMax) can
// add to that.
class Reader {
 public:
  // `projection` was built with `shape` in it. `progress` outlives the reader.
  Reader(json::Projection projection, RecordShape shape, ReadProgress& progress,
         ReaderOptions options = {});
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  // Hands every record of `slice` to `visitor`. Returns early, without a word, when `stop` was
  // requested. What cannot be read is told to the visitor.
  void read(const Slice& slice, RecordVisitor& visitor, const std::stop_token& stop);

  // The same for what a feed handed out (feed.h); its stream is used up.
  void read(Portion& portion, RecordVisitor& visitor, const std::stop_token& stop);

  // The same for bytes in memory, gzip or not, which are named `path` in problems.
  void read_bytes(std::string_view bytes, std::string_view path, RecordVisitor& visitor,
                  const std::stop_token& stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trailwarden::cloudtrail
