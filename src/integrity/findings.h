// What the verification found out: problems, remarks, counts, coverage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.h"

namespace trailwarden::integrity {

enum class ProblemKind : std::uint8_t {
  // Log files.
  LogAltered,
  LogSwapped,
  LogMissing,
  LogTruncated,
  LogDamaged,
  LogTrailingBytes,
  LogNotGzip,
  LogAdded,
  LogUnreadable,
  // Digest files.
  DigestAltered,
  DigestDamaged,
  DigestSignatureWrong,
  DigestSignatureAltered,
  DigestSignatureMissing,
  DigestKeyUnknown,
  DigestMissing,
  DigestGap,
  DigestMoved,
  DigestForeign,
  DigestTimesWrong,
  DigestOverlap,
  DigestUnlinked,
  ChainHashBroken,
  ChainSignatureBroken,
  ChainRestarted,
  ChainRestartUnproven,
  DigestUnreadable,
};
inline constexpr std::size_t kProblemKinds =
    static_cast<std::size_t>(ProblemKind::DigestUnreadable) + 1;

// How a kind is named and told.
struct ProblemText {
  std::string_view id;       // "log-altered": the name in JSON, part of the contract.
  std::string_view title;    // "Log file altered"
  std::string_view meaning;  // A sentence.
};
const ProblemText& text_of(ProblemKind kind);

// Whether it speaks of files that could not be read, not of tampering.
constexpr bool is_unreadable(ProblemKind kind) {
  return kind == ProblemKind::LogUnreadable || kind == ProblemKind::DigestUnreadable;
}

// Whose files are meant.
struct ChainName {
  std::string account;
  std::string region;
  std::string trail;  // Empty: log files of which no digest speaks.
  std::string home_region;
  bool backfill = false;

  friend auto operator<=>(const ChainName&, const ChainName&) = default;
};

struct Problem {
  ProblemKind kind;
  ChainName chain;
  std::string file;      // The file's key: in the bucket, where that is known.
  std::string digest;    // The key of the digest that says so; empty: none does.
  std::string expected;  // Both may be empty.
  std::string found;
  std::optional<UnixSeconds> from, to;  // The time it concerns.
};

// What a reader should know, though nothing is wrong.
enum class RemarkKind : std::uint8_t {
  NotProven,      // No signature of a chain's newest digest is at hand.
  LoggingOff,     // Between two digests logging or validation was switched off.
  BeginsEarlier,  // The chain's oldest digest names one before it, which is not here.
  OtherBucket,    // The chain goes on in another bucket.
  KeyNotGiven,    // A digest is proven by the next one only: its own key is not in the list.
  NotYetCovered,  // Log files that are newer than the newest digest.
  NeverCovered,   // Log files of times, or kinds, for which there are no digests.
};
std::string_view id_of(RemarkKind kind);

struct Remark {
  RemarkKind kind;
  ChainName chain;
  std::string file;  // Empty where several are meant.
  std::uint64_t files = 0;
  std::optional<UnixSeconds> from, to;
};

struct Counts {
  std::uint64_t valid = 0;
  std::uint64_t unproven = 0;  // Nothing speaks against them, and nothing proves them.
  std::uint64_t invalid = 0;
  std::uint64_t missing = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t added = 0;      // Log files only: named by no digest of their time.
  std::uint64_t uncovered = 0;  // Log files only: there is no digest of their time.

  void add(const Counts& other);
};

// What a stretch of time holds, from best to worst.
enum class Coverage : std::uint8_t {
  None,       // Nothing is here, and nothing says that there should be.
  Quiet,      // A digest says that no log files were delivered.
  Logs,       // A digest and its log files.
  Off,        // Logging or validation was switched off.
  NoDigests,  // Log files, and no digest that names them.
  Damaged,    // The digest or log files of it are invalid or missing.
  Missing,    // No digest, though those before and after, or other regions, have one.
};
inline constexpr std::size_t kCoverages = static_cast<std::size_t>(Coverage::Missing) + 1;
std::string_view id_of(Coverage coverage);

struct Stretch {
  UnixSeconds from;
  UnixSeconds to;  // Not included.
  Coverage coverage;
  std::uint64_t log_files = 0;
};

// One trail in one account and region.
struct ChainReport {
  ChainName name;
  Counts digests;
  Counts logs;
  std::vector<Stretch> coverage;  // In time order.
  std::vector<Stretch> unnamed;   // NoDigests: log files of times that no digest covers.
};

struct Findings {
  std::vector<Problem> problems;
  std::vector<Remark> remarks;
  std::vector<ChainReport> chains;
  Counts digests;
  Counts logs;

  bool tampered() const;
  bool unreadable() const;
  // Adds those of another store.
  void add(Findings&& other);
  // By account, region, trail and time.
  void order();
};

}  // namespace trailwarden::integrity
