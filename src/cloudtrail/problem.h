// What the reader met and did not hand on as a record.
#pragma once

#include <cstdint>
#include <string>

namespace trailwarden::cloudtrail {

enum class ProblemKind : std::uint8_t {
  // Records that were not taken. Each counts one in `skipped`.
  Damaged,   // Not JSON, cut off, or not UTF-8. One stretch of damage (in NDJSON one line) is one.
  TooLarge,  // Longer than kRecordBytesMax.
  TooDeep,   // Wrapped more than kNestingMax times.
  Insight,   // A CloudTrail Insights record: statistics, no call.
  Aggregated,  // A CloudTrail aggregated event: counts, no call.
  NotARecord,  // JSON of another kind.
  // Files of which something could not be read. No record is known to be behind them.
  Unreadable,  // Cannot be opened or read.
  NotJson,     // Neither JSON nor gzip of it.
  BadGzip,     // A member is cut off or corrupt; what stood before the damage was read.
  GzipBomb,    // Inflates beyond kBombInflatedBytes at more than kBombRatio.
  CutOff,      // The list of records is not closed: the end of the file is missing.
  GaveUp,      // More than kResyncBytesMax walked in vain behind damage: the rest was not read.
  // Notices: recognised, rightly beside the logs, and holding no records.
  Digest,        // A CloudTrail digest file.
  Announcement,  // An S3, SNS, SQS or EventBridge notice that a log file has arrived.
  Control,       // A CloudWatch Logs CONTROL_MESSAGE, an SNS subscription confirmation.
  LeftOut,       // A folder in S3 that CloudTrail keeps for other things than events.
  NotALog,       // A file met in a folder that is no JSON, or one object that is no record.
};

// Whether a problem of this kind stands for one record that was skipped.
constexpr bool counts_as_skipped(ProblemKind kind) { return kind <= ProblemKind::NotARecord; }
// Whether it is a notice: nothing is wrong.
constexpr bool is_notice(ProblemKind kind) { return kind >= ProblemKind::Digest; }

// The kind as a reason for a person: "damaged", "record too large", "insight", …
const char* reason(ProblemKind kind);

struct Problem {
  ProblemKind kind;
  std::string path;  // The input: a path as given, or "stdin".
  std::uint64_t offset =
      0;              // Bytes into the inflated text; for BadGzip and GzipBomb into the file.
  std::string cause;  // One clause, no full stop. Holds no text of the log.
};

// "path: byte 123: cause".
std::string to_string(const Problem& problem);

}  // namespace trailwarden::cloudtrail
